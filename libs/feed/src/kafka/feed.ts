import type { Ledger } from '@throughline/ledger';
import { type Feed, lagOf } from '../feed.ts';
import { follow, type Following } from '../follow.ts';
import type { NewsLog } from '../news.ts';
import type { KafkaDriver } from './driver.ts';
import { join } from './member.ts';
import { serve } from './served.ts';

/** Where a service's events come from, and how patient it is; what is in milliseconds or bytes has a default. */
export type KafkaFeedOptions = {
  /** Has what Kafka does not bring. */
  readonly ledger: Pick<Ledger, 'abilities' | 'tail' | 'head' | 'forkAt'>;
  readonly driver: Pick<KafkaDriver, 'read'>;
  readonly topic: string;
  /** One for each service, the same in all its replicas: `throughline.timeline`. */
  readonly group: string;
  /** How long an event may be missing while later ones are here, before it is read from the ledger; 250 unless given. */
  readonly gapMs?: number;
  /** How long Kafka may bring nothing at all before it is looked whether the ledger has something; 5 000 unless given. */
  readonly silenceMs?: number;
  /** How long no broker may be reached before this process goes on by the ledger alone; 10 000 unless given. */
  readonly aloneMs?: number;
  /** How often the group is told how far it got; every 5 000 unless given. */
  readonly hintMs?: number;
  /** How much of the topic is held at most, about; 64 MiB unless given. */
  readonly windowBytes?: number;
  readonly log?: NewsLog;
};

/**
 * Feeds consumers from the topic of the ledger's events, in the ledger's order. Of all processes that share a group one
 * has the work, over all partitions; the others stand by, and one of them takes over where it stops. What Kafka does not
 * bring is read from the ledger, so nothing that happens to a relay, a record or a broker does more than slow it.
 */
export const kafkaFeed = ({
  ledger,
  driver,
  topic,
  group,
  gapMs = 250,
  silenceMs = 5_000,
  aloneMs = 10_000,
  hintMs = 5_000,
  windowBytes = 64 * 1024 * 1024,
  log,
}: KafkaFeedOptions): Feed => {
  const followings = new Set<Following>();
  const member = join({
    driver,
    topic,
    group,
    forkAt: (position) => ledger.forkAt(position),
    positions: () => [...followings].filter(({ state }) => state !== 'stopped').map((one) => one.position()),
    windowBytes,
    aloneMs,
    hintMs,
    log,
  });
  const close = async () => {
    await Promise.all([...followings].map((one) => one.stop()));
    await member.close();
  };
  let closed: Promise<void> | undefined;

  return {
    follow: (consumer, options) => {
      const waits = { gapMs, silenceMs, pollMs: options?.pollMs ?? 1_000 };
      const tail = serve({ after: member.after, ledger, now: () => performance.now() }, waits);
      const { abilities } = ledger;
      const kept = { ledger, forget: member.forget };
      const head = () => ledger.head();
      const source = { abilities, tail, watch: member.watch, head, isActive: member.isActive, kept };
      const following = follow(source, consumer, options);
      followings.add(following);
      following.watch(member.moved);
      return following;
    },
    state: member.state,
    lag: (position) => lagOf(ledger, position),
    close: () => (closed ??= close()),
  };
};
