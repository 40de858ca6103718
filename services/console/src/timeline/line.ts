import type { Entry } from '../shapes.ts';

/** One row of the line, newest first. */
export type Row =
  | { readonly is: 'day'; readonly key: string; readonly at: string }
  | { readonly is: 'silence'; readonly key: string; readonly ms: number }
  | { readonly is: 'entry'; readonly key: string; readonly entry: Entry }
  /** Several touches of one conversation in a row, folded into one mark with a count. */
  | { readonly is: 'fold'; readonly key: string; readonly entries: readonly Entry[] };

const quietMs = 7 * 86_400_000;
const foldFrom = 4;

const localDay = (instant: string): string => {
  const at = new Date(instant);
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
};

/** Entries (newest first) as rows: days, silences to their length, and long stretches of one conversation folded. */
export const lineOf = (entries: readonly Entry[], unfolded: ReadonlySet<string>): Row[] => {
  const rows: Row[] = [];
  let before: Entry | undefined;
  for (const group of groupsOf(entries)) {
    const newest = group[0]!;
    const gap = before ? Date.parse(before.occurredAt) - Date.parse(newest.occurredAt) : 0;
    if (gap > quietMs) rows.push({ is: 'silence', key: `silence-${newest.id}`, ms: gap });
    if (!before || localDay(before.occurredAt) !== localDay(newest.occurredAt))
      rows.push({ is: 'day', key: `day-${newest.id}`, at: newest.occurredAt });
    const key = foldKey(group);
    if (group.length >= foldFrom && !unfolded.has(key)) rows.push({ is: 'fold', key, entries: group });
    else rows.push(...group.map((entry) => ({ is: 'entry', key: entry.id, entry }) as const));
    before = group.at(-1)!;
  }
  return rows;
};

/** What names a stretch whatever is loaded beside it: its newest entry. */
export const foldKey = (entries: readonly Entry[]): string => `fold-${entries[0]!.id}`;

// A stretch ends where the conversation, the day or the type changes.
const groupsOf = (entries: readonly Entry[]): Entry[][] => {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const goesOn =
      last?.type === 'interaction' &&
      entry.type === 'interaction' &&
      last.conversation !== undefined &&
      last.conversation === entry.conversation &&
      localDay(last.occurredAt) === localDay(entry.occurredAt);
    if (goesOn) group!.push(entry);
    else groups.push([entry]);
  }
  return groups;
};
