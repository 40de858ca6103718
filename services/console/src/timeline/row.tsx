import type { ReactNode } from 'react';
import type { Entry } from '../shapes.ts';
import { dayOf, spanOf } from '../words.ts';
import { EntryRow } from './entry-row.tsx';
import { Fold } from './fold.tsx';
import { silenceHeight } from './height.ts';
import type { Row } from './line.ts';

export type RowProps = {
  row: Row;
  /** What stands where now is. */
  now: ReactNode;
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
export const RowView = ({ row, now, lit, current, focus, opened, filtered, onOpen, onFold }: RowProps) => {
  const place = { current: row.key === current, focus: row.key === focus };
  switch (row.is) {
    case 'to-come':
      return <h2 className="to-come">To come</h2>;
    case 'now':
      return now;
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
