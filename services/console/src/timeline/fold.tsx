import { memo, useEffect, useRef } from 'react';
import type { Entry } from '../shapes.ts';
import { Icon } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, clockOf, lengthOf, nameOf } from '../words.ts';
import { takeFocus } from './use-place.ts';

type Props = {
  entries: readonly Entry[];
  open: boolean;
  lit: boolean;
  current: boolean;
  focus: boolean;
  onToggle: (entries: readonly Entry[]) => void;
};

/** A stretch of one conversation as one mark with its count: when it began and ended, its first words and its last. */
export const Fold = memo(({ entries, open, lit, current, focus, onToggle }: Props) => {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => takeFocus(button.current, focus), [focus]);
  const newest = entries[0]!;
  const oldest = entries.at(-1)!;
  const name = channelNames[newest.channel ?? 'chat'];
  const lasted = Date.parse(newest.occurredAt) - Date.parse(oldest.occurredAt);
  return (
    <div
      className="entry fold"
      data-lit={lit || undefined}
      data-current={current || undefined}
      data-open={open || undefined}
    >
      <Time at={newest.occurredAt} />
      <span className="mark mark-count" data-channel={newest.channel}>
        {entries.length}
      </span>
      <button ref={button} type="button" className="entry-body" aria-expanded={open} onClick={() => onToggle(entries)}>
        <span className="entry-head">
          <span className="who">
            <b>
              {name}, {entries.length} messages
            </b>{' '}
            with {peopleOf(entries)}
          </span>
          <span className="dim">
            {clockOf(oldest.occurredAt)}–{clockOf(newest.occurredAt)}, {lengthOf(lasted)}
          </span>
          <Icon name={open ? 'down' : 'right'} size={12} />
        </span>
        {!open && <Ends oldest={oldest} newest={newest} />}
      </button>
    </div>
  );
});

const Ends = ({ oldest, newest }: { oldest: Entry; newest: Entry }) => (
  <span className="ends">
    {oldest.subject && <b dir="auto">{oldest.subject}</b>}
    <span dir="auto">{oldest.text}</span>
    <span dir="auto">{newest.text}</span>
  </span>
);

const peopleOf = (entries: readonly Entry[]): string =>
  [...new Set(entries.flatMap(({ participants }) => participants.map(nameOf)))].slice(0, 3).join(', ');
