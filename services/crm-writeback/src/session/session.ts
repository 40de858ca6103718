import { type Channel, type DataOf, type Instant, isUnheld } from '@throughline/contracts';

/** A captured interaction, as far as what came of its session depends on it. */
export type Touch = {
  readonly occurredAt: Instant;
  readonly data: Pick<DataOf<'InteractionCaptured'>, 'channel' | 'participants' | 'author' | 'backfill' | 'automatic'>;
};

/** What is to be told of a session that ended; handles by their ids. */
export type Session = {
  readonly channel: Channel;
  readonly from: Instant;
  readonly until: Instant;
  /** The customer who spoke first, else the first who was there. */
  readonly subject: string;
  readonly also: readonly string[];
  /** A meeting that took place. */
  readonly isMeeting: boolean;
};

const isMeeting = (channel: Channel): boolean => channel === 'meeting' || channel === 'in-person';

/** Whether it belongs to a session that is acted on: neither history nor a machine's. */
export const isLive = ({ data }: Touch): boolean => !data.backfill && !data.automatic;

const byTime = (a: Touch, b: Touch): number => Date.parse(a.occurredAt) - Date.parse(b.occurredAt);

const speakerOf = ({ data: { participants, author } }: Touch): string | undefined => {
  const who = participants[author];
  return who?.role === 'customer' ? who.id : undefined;
};

/**
 * The session that these interactions were, in the ledger's order; undefined where there is nothing to tell: it was all
 * history or machines', or no customer was in it.
 */
export const sessionOf = (touches: readonly Touch[], end: { at: Instant; outcome?: string }): Session | undefined => {
  const live = touches.filter(isLive).toSorted(byTime);
  const [first, last] = [live[0], live.at(-1)];
  const customers = [
    ...new Set(
      live.flatMap(({ data }) => data.participants.filter(({ role }) => role === 'customer').map(({ id }) => id)),
    ),
  ];
  if (!first || !last || customers.length === 0) return undefined;
  const subject = live.map(speakerOf).find((id) => id !== undefined) ?? customers[0]!;
  const { channel } = first.data;
  // Whoever ends a meeting before it begins did not hold it.
  const held = isMeeting(channel) && !isUnheld(end.outcome) && Date.parse(first.occurredAt) <= Date.parse(end.at);
  return {
    channel,
    from: first.occurredAt,
    until: last.occurredAt,
    subject,
    also: customers.filter((id) => id !== subject),
    isMeeting: held,
  };
};
