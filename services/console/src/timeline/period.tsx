import { useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { dayOf, periodOf } from '../words.ts';
import type { Filters } from './filter.ts';
import { setFilter } from './set-filter.ts';

/** Between which days, for those who do not brush them: two dates, and what takes them away. */
export const Period = ({ filters: { from, to } }: { filters: Filters }) => {
  const [open, setOpen] = useState(false);
  const chosen = from !== undefined || to !== undefined;
  return (
    <>
      <button type="button" aria-expanded={open} data-chosen={chosen || undefined} onClick={() => setOpen(!open)}>
        {chosen ? said({ from, to }) : 'Any time'}
      </button>
      {chosen && (
        <button
          type="button"
          aria-label="Any time again"
          onClick={() => {
            setOpen(false);
            setFilter({ from: undefined, to: undefined });
          }}
        >
          <Icon name="close" size={10} />
        </button>
      )}
      {open && (
        <span className="period">
          <label>
            From
            <input
              type="date"
              value={from ? dateOf(Date.parse(from)) : ''}
              onChange={({ target }) => setFilter({ from: target.value ? beginOf(target.value, 0) : undefined })}
            />
          </label>
          <label>
            to
            <input
              type="date"
              value={to ? dateOf(Date.parse(to) - 1) : ''}
              onChange={({ target }) => setFilter({ to: target.value ? beginOf(target.value, 1) : undefined })}
            />
          </label>
        </span>
      )}
    </>
  );
};

const said = ({ from, to }: Filters): string => {
  if (from && to) return periodOf(Date.parse(from), Date.parse(to));
  return from ? `since ${dayOf(from)}` : `up to ${dayOf(to!)}`;
};

// Days of the reader.
const dateOf = (time: number): string => {
  const at = new Date(time);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

const beginOf = (date: string, daysLater: number): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day + daysLater).toISOString();
};
