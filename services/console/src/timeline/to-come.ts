import type { Channel, Entry } from '../shapes.ts';
import { dayMs } from '../words.ts';
import { lineOf, type Row, timeOf } from './line.ts';

// There people meet: what is told before it happens has not happened yet. Else it was told by a clock that is ahead.
const meetings: readonly (Channel | undefined)[] = ['meeting', 'in-person'];

const isToCome = (entry: Entry, now: number): boolean =>
  timeOf(entry) - now > (meetings.includes(entry.channel) ? 0 : dayMs);

/** Entries (newest first) parted into what is still to come at a time, in milliseconds, and what has happened by then. */
export const partedAt = (entries: readonly Entry[], now: number) => {
  const later = entries.findIndex((entry) => timeOf(entry) <= now);
  const ahead = later < 0 ? entries : entries.slice(0, later);
  const toCome = ahead.filter((entry) => isToCome(entry, now));
  // Nearly always nothing is: a long line is not copied for it.
  if (toCome.length === 0) return { toCome, past: entries };
  const past = [...ahead.filter((entry) => !isToCome(entry, now)), ...entries.slice(ahead.length)];
  return { toCome, past };
};

/**
 * The line with what is to come at `now` apart, under a heading above it; without either where nothing is. No silence lies
 * ahead: what will be said is not known. `until` is where a line ends of which nothing is to come.
 */
export const wholeLineOf = (
  entries: readonly Entry[],
  unfolded: ReadonlySet<string>,
  { now, until }: { readonly now: number | undefined; readonly until: string | undefined },
): Row[] => {
  const { toCome, past } = partedAt(entries, now ?? Infinity);
  if (now === undefined || toCome.length === 0) return lineOf(entries, unfolded, until);
  const at = new Date(now).toISOString();
  return [
    { is: 'to-come', key: 'to-come', at: toCome[0]!.occurredAt },
    ...lineOf(toCome, unfolded).filter(({ is }) => is !== 'silence'),
    { is: 'now', key: 'now', at },
    ...lineOf(past, unfolded, at),
  ];
};
