/** What one contestant did in one round: how much, in how long, and how long each call took. Milliseconds. */
export type Slot = { readonly done: number; readonly ms: number; readonly latencies: readonly number[] };

/** What a contestant comes to: medians over its rounds. `spread` is the distance of its best and worst round, as a part of the median. */
export type Row = {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly spread: number;
};

/** What is promised: `is` on the right side of `atLeast` or `atMost`. */
export type Target = { readonly name: string; readonly is: number } & (
  { readonly atLeast: number } | { readonly atMost: number }
);

/** What a bench found. A ratio is ours ÷ the rival's. */
export type Report = {
  readonly bench: string;
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
  readonly targets: readonly Target[];
};

/** The value below which `part` (0 to 1) of them lie, by the nearest rank; 0 of none. */
export const percentile = (values: readonly number[], part: number): number => {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
};

/** The middle one, or the mean of the two in the middle; 0 of none. */
export const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

const rate = ({ done, ms }: Slot): number => (done / ms) * 1_000;

/** A contestant's rounds in one row. */
export const rowOf = (name: string, slots: readonly Slot[]): Row => {
  const rates = slots.map(rate);
  const perSecond = median(rates);
  return {
    name,
    perSecond,
    p50Ms: median(slots.map(({ latencies }) => percentile(latencies, 0.5))),
    p99Ms: median(slots.map(({ latencies }) => percentile(latencies, 0.99))),
    spread: (Math.max(...rates) - Math.min(...rates)) / perSecond,
  };
};

/** How many times as many a second as the rival: the median of the rounds' ratios, so that what slows a whole round slows nobody's ratio. */
export const ratioOf = (ours: readonly Slot[], rival: readonly Slot[]): number =>
  median(ours.map((slot, round) => rate(slot) / rate(rival[round]!)));

/** Whether a target is met. */
export const isMet = (target: Target): boolean =>
  'atLeast' in target ? target.is >= target.atLeast : target.is <= target.atMost;

const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 1 ? 3 : 2);

const targetLine = (target: Target): string => {
  const bound = 'atLeast' in target ? `≥ ${short(target.atLeast)}` : `≤ ${short(target.atMost)}`;
  return `${isMet(target) ? 'met   ' : 'MISSED'}  ${target.name}: ${short(target.is)} (${bound})`;
};

/** The report for people: one line a row, then what was promised. */
export const tableOf = ({ bench, rows, targets }: Report): string => {
  const cells = [
    [bench, 'per second', 'p50 ms', 'p99 ms', 'spread'],
    ...rows.map(({ name, perSecond, p50Ms, p99Ms, spread }) => [
      name,
      short(perSecond),
      short(p50Ms),
      short(p99Ms),
      `${Math.round(spread * 100)} %`,
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const lines = cells.map((line) =>
    line.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join('  '),
  );
  return [...lines, '', ...targets.map(targetLine)].join('\n');
};

/** The report for programs: one line. */
export const jsonOf = ({ targets, ...report }: Report): string =>
  JSON.stringify(
    { ...report, targets: targets.map((target) => ({ ...target, met: isMet(target) })) },
    (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value),
  );
