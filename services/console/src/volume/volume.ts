import type { Channel, Overview } from '../shapes.ts';
import { dayMs } from '../words.ts';

/** One bar: how much was said on which channel between two moments (ms). */
export type Bar = { readonly from: number; readonly to: number; readonly counts: Counts; readonly total: number };
export type Counts = Partial<Record<Channel, number>>;

const grains = ['day', 'week', 'month', 'quarter', 'year'] as const;
type Grain = (typeof grains)[number];

const beginOf = (ms: number, grain: Grain): number => {
  const at = new Date(ms);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (grain) {
    case 'day':
      return Date.UTC(year, month, day);
    case 'week':
      return Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7));
    case 'month':
      return Date.UTC(year, month);
    case 'quarter':
      return Date.UTC(year, month - (month % 3));
    case 'year':
      return Date.UTC(year, 0);
  }
};

const lengths: Record<Grain, number> = { day: 1, week: 7, month: 30.44, quarter: 91.31, year: 365.25 };

// The beginning of a later one is found from the middle of it, as they are not equally long.
const nextOf = (begin: number, grain: Grain): number => beginOf(begin + lengths[grain] * 1.5 * dayMs, grain);

/** The finest grain, not finer than what was counted, that shows a time in at most so many bars. */
const grainFor = (counted: Overview['bucket'], from: number, to: number, most: number): Grain =>
  grains
    .slice(grains.indexOf(counted))
    .find((grain) => (to - from) / (lengths[grain] * dayMs) <= most) ?? 'year'; // prettier-ignore

/** The bars of a volume without holes, at most so many, from the first on and up to `until` at least. */
export const barsOf = (overview: Overview, most: number, until = 0): Bar[] => {
  const { rows } = overview;
  const [first] = rows;
  if (!first) return [];
  const { from, to, grain } = spanOf(overview, most, until);
  const sums = new Map<number, Counts>();
  for (const { at, counts } of rows) {
    const begin = beginOf(Date.parse(at), grain);
    sums.set(begin, sumOf(sums.get(begin) ?? {}, counts));
  }
  const bars: Bar[] = [];
  for (let begin = beginOf(from, grain); begin <= to; begin = nextOf(begin, grain)) {
    const counts = sums.get(begin) ?? {};
    bars.push({ from: begin, to: nextOf(begin, grain), counts, total: totalOf(counts) });
  }
  return bars;
};

const spanOf = ({ rows, bucket }: Overview, most: number, until: number) => {
  const from = Date.parse(rows[0]?.at ?? '');
  const to = Math.max(until, Date.parse(rows.at(-1)?.at ?? ''));
  return { from, to, grain: grainFor(bucket, from, to, most) };
};

/** What one bar stands for: coarser than what was counted, where there would be too many. */
export const barIs = (overview: Overview, most: number, until = 0): Grain => spanOf(overview, most, until).grain;

const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const sumOf = (a: Counts, b: Counts): Counts => {
  const sum = { ...a };
  for (const [channel, count] of Object.entries(b) as [Channel, number][]) sum[channel] = (sum[channel] ?? 0) + count;
  return sum;
};

/** The counts of all bars by channel. */
export const totalsOf = (bars: readonly Bar[]): Counts =>
  bars.reduce<Counts>((sum, { counts }) => sumOf(sum, counts), {});

/** A round number that is not less, for the top of a scale: 1, 2, 4, 5, 8 or 10 times a power of ten. */
export const roundUp = (count: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, count)));
  return ([1, 2, 4, 5, 8, 10].find((times) => times * power >= count) ?? 10) * power;
};

/** Where years begin, or months where it is few years: the marks below a scale of time, at most so many. */
export const ticksOf = (from: number, to: number, most: number): number[] => {
  const grain = grainFor('month', from, to, most * 1.2);
  const ticks: number[] = [];
  for (let at = nextOf(beginOf(from, grain), grain); at < to; at = nextOf(at, grain)) ticks.push(at);
  const each = Math.ceil(ticks.length / most);
  return ticks.filter((_, at) => at % Math.max(1, each) === 0);
};
