import type { Entry } from '../shapes.ts';
import { dayMs } from '../words.ts';

/** One row of the line, newest first. */
export type Row =
  /** Above it nothing is; below it, down to now, what is still to come. */
  | { readonly is: 'to-come'; readonly key: string; readonly at: string }
  | { readonly is: 'now'; readonly key: string; readonly at: string }
  | { readonly is: 'day'; readonly key: string; readonly at: string }
  | { readonly is: 'silence'; readonly key: string; readonly at: string; readonly ms: number }
  | { readonly is: 'entry'; readonly key: string; readonly entry: Entry; readonly inFold: boolean }
  /** Several touches of one conversation in a row, folded into one mark with a count. */
  | { readonly is: 'fold'; readonly key: string; readonly entries: readonly Entry[]; readonly open: boolean };

/** From here on a gap is a silence. */
export const quietMs = 14 * dayMs;
const foldFrom = 4;

// A line of 100 000 entries is made anew with each page: what is known of an entry is not worked out twice.
const times = new WeakMap<Entry, number>();

/** When an entry happened, in milliseconds. */
export const timeOf = (entry: Entry): number => {
  const known = times.get(entry);
  if (known !== undefined) return known;
  const time = Date.parse(entry.occurredAt);
  times.set(entry, time);
  return time;
};

type Day = { readonly from: number; readonly to: number };

/** The reader's day that a moment is in; the same object as long as it is the same day. */
const dayOf = (time: number, last: Day | undefined): Day => {
  if (last && time >= last.from && time < last.to) return last;
  const at = new Date(time);
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
  return { from: new Date(year, month, day).getTime(), to: new Date(year, month, day + 1).getTime() };
};

/**
 * Entries (newest first) as rows: days, silences to their length, and long stretches of one conversation folded, unless
 * one of their entries is among the unfolded. `until` is where the line ends, where it does not end at its newest entry.
 */
export const lineOf = (entries: readonly Entry[], unfolded: ReadonlySet<string>, until?: string): Row[] => {
  const rows: Row[] = [];
  let after = until === undefined ? undefined : Date.parse(until);
  let day: Day | undefined;
  for (const group of groupsOf(entries)) {
    const [newest] = group as [Entry];
    const time = timeOf(newest);
    const at = newest.occurredAt;
    if (after !== undefined && after - time > quietMs)
      rows.push({ is: 'silence', key: `silence-${newest.id}`, at, ms: after - time });
    const today = dayOf(time, day);
    if (today !== day) rows.push({ is: 'day', key: `day-${newest.id}`, at });
    pushRows(rows, group, unfolded);
    day = today;
    after = timeOf(group.at(-1)!);
  }
  return rows;
};

const pushRows = (rows: Row[], group: readonly Entry[], unfolded: ReadonlySet<string>): void => {
  const inFold = group.length >= foldFrom;
  const open = inFold && group.some(({ id }) => unfolded.has(id));
  if (inFold) rows.push({ is: 'fold', key: foldKey(group), entries: group, open });
  if (!inFold || open) for (const entry of group) rows.push({ is: 'entry', key: entry.id, entry, inFold });
};

/** What names a stretch while older pages are read: its newest entry. */
export const foldKey = (entries: readonly Entry[]): string => `fold-${entries[0]!.id}`;

// A stretch ends where the conversation, the day or the type changes.
const groupsOf = (entries: readonly Entry[]): Entry[][] => {
  const groups: Entry[][] = [];
  let day: Day | undefined;
  for (const entry of entries) {
    const today = dayOf(timeOf(entry), day);
    const group = groups.at(-1);
    if (group && today === day && isSameTalk(group.at(-1)!, entry)) group.push(entry);
    else groups.push([entry]);
    day = today;
  }
  return groups;
};

const isSameTalk = (newer: Entry, older: Entry): boolean =>
  newer.type === 'interaction' &&
  older.type === 'interaction' &&
  newer.conversation !== undefined &&
  newer.conversation === older.conversation;

/** Where an entry is, itself or within a fold; -1 where it is not read yet. */
export const rowIndexOf = (rows: readonly Row[], id: string): number => {
  const own = rows.findIndex((row) => row.is === 'entry' && row.entry.id === id);
  return own >= 0 ? own : rows.findIndex((row) => row.is === 'fold' && row.entries.some((entry) => entry.id === id));
};

/** The entry that a row begins with, if it shows any. */
export const entryOfRow = (row: Row | undefined): Entry | undefined => {
  if (row?.is === 'entry') return row.entry;
  return row?.is === 'fold' ? row.entries[0] : undefined;
};

/** The moment a row is at. */
export const momentOf = (row: Row): string => ('at' in row ? row.at : entryOfRow(row)!.occurredAt);
