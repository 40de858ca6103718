import type { Entry } from '../shapes.ts';
import { dayOf, spanOf } from '../words.ts';
import { EntryRow } from './entry-row.tsx';
import { Fold } from './fold.tsx';
import { quietMs, type Row } from './line.ts';

export type RowProps = {
  row: Row;
  lit: ReadonlySet<string>;
  /** The key of the row at which the reader is; and of the one that the keyboard is to have. */
  current: string | undefined;
  focus: string | undefined;
  opened: ReadonlySet<string>;
  /** Only some of what happened is on the line. */
  filtered: boolean;
  onOpen: (entry: Entry) => void;
  onFold: (entries: readonly Entry[]) => void;
};

/** One row of the line. */
export const RowView = ({ row, lit, current, focus, opened, filtered, onOpen, onFold }: RowProps) => {
  const place = { current: row.key === current, focus: row.key === focus };
  switch (row.is) {
    case 'day':
      return (
        <h3 className="day">
          <time dateTime={row.at}>{dayOf(row.at)}</time>
        </h3>
      );
    case 'silence':
      return (
        <p className="silence" style={{ height: silenceHeight(row.ms) }}>
          {spanOf(row.ms)} {filtered ? 'without any' : 'of quiet'}
        </p>
      );
    case 'fold': {
      const isLit = row.entries.some((entry) => lit.has(entry.id));
      return <Fold entries={row.entries} open={row.open} lit={isLit} {...place} onToggle={onFold} />;
    }
    case 'entry': {
      const { entry, inFold } = row;
      return (
        <EntryRow
          entry={entry}
          inFold={inFold}
          lit={lit.has(entry.id)}
          open={opened.has(entry.id)}
          {...place}
          onOpen={onOpen}
        />
      );
    }
  }
};

// To scale, but ever less so: twice the silence is a step longer.
const silenceHeight = (ms: number): number => Math.round(Math.min(168, 32 + 18 * Math.log2(ms / quietMs)));

const lineHeight = 22;
const linesOf = (text: string): number =>
  Math.min(6, text.split('\n').reduce((lines, line) => lines + 1 + Math.floor(line.length / 100), 0)); // prettier-ignore

/** About how high a row will be, before it is measured: the better the guess, the calmer the scrolling. */
export const heightOf = (row: Row | undefined): number => {
  switch (row?.is) {
    case undefined:
      return 0;
    case 'day':
      return 44;
    case 'silence':
      return silenceHeight(row.ms);
    case 'fold':
      return row.open ? 44 : 88;
    case 'entry': {
      const { type, subject, text = '', quoted, attachments, note } = row.entry;
      if (type !== 'interaction' && type !== 'note') return 28;
      const parts = Number(!!subject && !row.inFold) + Number(!!quoted) + Number(!!attachments?.length);
      const noted = note ? Object.keys(note).length + 1 : 0;
      return 52 + (parts + noted + (text ? linesOf(text) : 0)) * lineHeight;
    }
  }
};
