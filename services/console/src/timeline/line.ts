import type { Entry } from '../shapes.ts';

/** One row of the line, newest first. */
export type Row =
  | { readonly is: 'day'; readonly key: string; readonly at: string }
  | { readonly is: 'silence'; readonly key: string; readonly at: string; readonly ms: number }
  | { readonly is: 'entry'; readonly key: string; readonly entry: Entry; readonly inFold: boolean }
  /** Several touches of one conversation in a row, folded into one mark with a count. */
  | { readonly is: 'fold'; readonly key: string; readonly entries: readonly Entry[]; readonly open: boolean };

export const dayMs = 86_400_000;
/** From here on a gap is a silence. */
export const quietMs = 14 * dayMs;
const foldFrom = 4;

const localDay = (instant: string): string => new Date(instant).toDateString();

const isQuiet = (newer: string, older: string): boolean => Date.parse(newer) - Date.parse(older) > quietMs;

/**
 * Entries (newest first) as rows: days, silences to their length, and long stretches of one conversation folded, unless
 * one of their entries is among the unfolded. `until` is where the line ends, where it does not end at its newest entry.
 */
export const lineOf = (entries: readonly Entry[], unfolded: ReadonlySet<string>, until?: string): Row[] => {
  const rows: Row[] = [];
  let after = until;
  let day: string | undefined;
  for (const group of groupsOf(entries)) {
    const { id, occurredAt: at } = group[0]!;
    if (after && isQuiet(after, at))
      rows.push({ is: 'silence', key: `silence-${id}`, at, ms: Date.parse(after) - Date.parse(at) });
    if (day !== localDay(at)) rows.push({ is: 'day', key: `day-${id}`, at });
    rows.push(...rowsOf(group, unfolded));
    day = localDay(at);
    after = group.at(-1)!.occurredAt;
  }
  return rows;
};

const rowsOf = (group: readonly Entry[], unfolded: ReadonlySet<string>): Row[] => {
  if (group.length < foldFrom) return group.map((entry) => rowOf(entry, false));
  const open = group.some(({ id }) => unfolded.has(id));
  const fold: Row = { is: 'fold', key: foldKey(group), entries: group, open };
  return open ? [fold, ...group.map((entry) => rowOf(entry, true))] : [fold];
};

const rowOf = (entry: Entry, inFold: boolean): Row => ({ is: 'entry', key: entry.id, entry, inFold });

/** What names a stretch while older pages are read: its newest entry. */
export const foldKey = (entries: readonly Entry[]): string => `fold-${entries[0]!.id}`;

// A stretch ends where the conversation, the day or the type changes.
const groupsOf = (entries: readonly Entry[]): Entry[][] => {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group && goesOn(group.at(-1)!, entry)) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
};

const goesOn = (newer: Entry, older: Entry): boolean =>
  newer.type === 'interaction' &&
  older.type === 'interaction' &&
  newer.conversation !== undefined &&
  newer.conversation === older.conversation &&
  localDay(newer.occurredAt) === localDay(older.occurredAt);

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
