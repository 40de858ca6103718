import type { Feed, Following } from '@throughline/feed';
import type { Flushed } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { observe, reading, type Reading, record } from '@throughline/telemetry';

/** Counts what this process appends, flush by flush: for `postgresLedger({ onFlush })`. Answers how to stop as well. */
export const watchFlushes = (): { readonly onFlush: (flushed: Flushed) => void; readonly stop: () => void } => {
  let appended = 0;
  return {
    onFlush: ({ commands, stored, milliseconds }) => {
      appended += stored;
      record('throughline_append_flush_commands', commands, {});
      record('throughline_append_flush_duration_seconds', milliseconds / 1_000, {});
    },
    stop: observe(async () => [reading('throughline_events_appended_total', appended, {})]),
  };
};

const workOf = ({ name: consumer, counts }: Following): Reading[] => [
  reading('throughline_feed_applied_events_total', counts.applied, { consumer }),
  reading('throughline_feed_retries_total', counts.retries, { consumer }),
];

const lagOf = async (feed: Feed, following: Following): Promise<Reading[]> => {
  const { name: consumer } = following;
  const { events, seconds } = await feed.lag(following.position());
  return [
    reading('throughline_feed_lag_events', events, { consumer }),
    reading('throughline_feed_lag_seconds', seconds, { consumer }),
  ];
};

const parkedOf = async (db: Client, consumers: readonly string[]): Promise<Reading[]> => {
  const { rows } = await db.query<{ consumer: string; count: bigint }>({
    name: 'throughline.parked.count',
    text: `select asked.consumer, count(position) as count from unnest($1::text[]) as asked (consumer)
      left join feed.parked as parked on parked.consumer = asked.consumer and dropped_at is null group by asked.consumer`,
    values: [consumers],
  });
  return rows.map(({ consumer, count }) => reading('throughline_parked_events', Number(count), { consumer }));
};

/**
 * The feed with what it feeds told as metrics: how much was applied, and where the work is this process's, how far it is
 * behind and what is parked. `db` is of the projector role. Answers how to stop as well.
 */
export const watchedFeed = (feed: Feed, db: Client): { readonly feed: Feed; readonly stop: () => void } => {
  const followings = new Set<Following>();
  const atWork = () => [...followings].filter(({ state }) => state !== 'stopped');
  const stops = [
    observe(async () => [
      ...atWork().flatMap(workOf),
      reading('throughline_feed_retries_total', feed.state().retries, { consumer: 'feed' }),
    ]),
    // Who stands by does not know how far the others are.
    observe(async () => {
      if (!feed.state().active) return [];
      return (await Promise.all(atWork().map((one) => lagOf(feed, one)))).flat();
    }),
    observe(async () => (feed.state().active ? parkedOf(db, atWork().map(({ name }) => name)) : [])), // prettier-ignore
  ];
  const follow: Feed['follow'] = (consumer, options) => {
    const following = feed.follow(consumer, options);
    followings.add(following);
    return following;
  };
  return { feed: { ...feed, follow }, stop: () => stops.forEach((stop) => stop()) };
};
