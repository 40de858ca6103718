import { z } from 'zod';

export const buckets = ['day', 'week', 'month'] as const;

/** How many interactions there were over time, by channel. */
export const overview = z.strictObject({
  from: z.string(),
  to: z.string(),
  bucket: z.enum(buckets),
  channels: z.array(z.string()).describe('The busiest first.'),
  rows: z.array(z.strictObject({ at: z.string(), counts: z.record(z.string(), z.int()) })),
  totals: z.strictObject({
    interactions: z.int(),
    customers: z.int().optional(),
    inbound: z.int(),
    outbound: z.int(),
    internal: z.int(),
  }),
});
export type Overview = z.infer<typeof overview>;
export type Bucket = Overview['bucket'];

/** Interactions of one day (UTC) on one channel in one direction. */
export type Volume = {
  readonly day: string;
  readonly channel: string;
  readonly direction: string;
  readonly interactions: number;
};

/** Interactions on one channel in one direction. */
export type Tally = Omit<Volume, 'day'>;

/** What is left of tallies without others; what comes to none is left out. */
export const without = (tallies: readonly Tally[], others: readonly Tally[]): Tally[] => {
  const all = [...tallies, ...others.map((tally) => ({ ...tally, interactions: -tally.interactions }))];
  return [...Map.groupBy(all, ({ channel, direction }) => `${channel} ${direction}`).values()]
    .map((of) => ({ ...of[0]!, interactions: sum(of) }))
    .filter(({ interactions }) => interactions > 0);
};

const dayText = (at: Date): string => at.toISOString().slice(0, 10);

/** The day on which the bucket of a day begins; weeks begin on Monday. */
export const beginOf = (day: string, bucket: Bucket): string => {
  switch (bucket) {
    case 'day':
      return day;
    case 'week': {
      const at = new Date(`${day}T00:00:00Z`);
      at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
      return dayText(at);
    }
    case 'month':
      return `${day.slice(0, 7)}-01`;
  }
};

/** How many interactions these are altogether. */
export const sum = (tallies: readonly Tally[]): number =>
  tallies.reduce((total, { interactions }) => total + interactions, 0);

const byChannel = (volumes: readonly Volume[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(volumes, ({ channel }) => channel)].map(([channel, of]) => [channel, sum(of)]));

/** The overview of these volumes, oldest bucket first; buckets in which nothing happened are left out. */
export const overviewOf = (
  volumes: readonly Volume[],
  { from, to, bucket, customers }: { from: string; to: string; bucket: Bucket; customers?: number },
): Overview => {
  const begun = [...Map.groupBy(volumes, ({ day }) => beginOf(day, bucket))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const towards = (direction: string): number => sum(volumes.filter((volume) => volume.direction === direction));
  const counts = byChannel(volumes);
  const channels = Object.keys(counts).toSorted((a, b) => counts[b]! - counts[a]! || (a < b ? -1 : 1));
  return {
    from,
    to,
    bucket,
    channels,
    rows: begun.map(([at, of]) => ({ at, counts: byChannel(of) })),
    totals: {
      interactions: sum(volumes),
      customers,
      inbound: towards('inbound'),
      outbound: towards('outbound'),
      internal: towards('internal'),
    },
  };
};
