import type { Consumer, Feed } from '@throughline/feed';
import type { Command, Ledger } from '@throughline/ledger';
import { inSpan, isTracing, traceparent } from '@throughline/telemetry';

const withTrace = (command: Command, trace: string): Command => ({
  ...command,
  events: command.events.map((event) => ({
    ...event,
    meta: JSON.stringify({ ...(JSON.parse(event.meta) as object), traceparent: trace }),
  })),
});

/**
 * The ledger with each append as a span, and with the trace in the meta of what it appends: that is how a projection,
 * in whatever process, knows what it follows from. Where this process does not trace, the ledger as it is.
 */
export const tracedLedger = (ledger: Ledger): Ledger => {
  if (!isTracing()) return ledger;
  return {
    ...ledger,
    append: (commands) =>
      inSpan('ledger append', { attributes: { 'throughline.commands': commands.length } }, () => {
        const trace = traceparent();
        return ledger.append(trace === undefined ? commands : commands.map((command) => withTrace(command, trace)));
      }),
  };
};

// Cheaper than to parse it all: nothing else in the meta is written like that.
const stored = /"traceparent":"([0-9a-f-]{55})"/;

const traced = (consumer: Consumer): Consumer => ({
  ...consumer,
  apply: (batch) => {
    const follows = batch.events.flatMap(({ meta }) => stored.exec(meta)?.[1] ?? []);
    if (follows.length === 0) return consumer.apply(batch);
    const attributes = { 'throughline.consumer': consumer.name, 'throughline.events': batch.events.length };
    return inSpan(`apply ${consumer.name}`, { attributes, follows }, () => consumer.apply(batch));
  },
});

/** The feed with each batch as a span that is linked to the traces of its events. Where this process does not trace, the feed as it is. */
export const tracedFeed = (feed: Feed): Feed =>
  isTracing() ? { ...feed, follow: (consumer, options) => feed.follow(traced(consumer), options) } : feed;
