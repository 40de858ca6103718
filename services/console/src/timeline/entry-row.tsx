import { memo, useEffect, useRef } from 'react';
import type { Entry } from '../shapes.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, clockOf, dayOf, isWords, sideNames } from '../words.ts';
import { Decision } from './decision.tsx';
import { Said } from './said.tsx';
import { takeFocus } from './use-place.ts';

export type EntryProps = {
  entry: Entry;
  /** Lit up by an answer that cites it. */
  lit: boolean;
  /** Where the reader is; `focus` where the keyboard went there. */
  current: boolean;
  focus: boolean;
  open: boolean;
  inFold: boolean;
  onOpen: (entry: Entry) => void;
};

/** One entry on the line: words of people in full, decisions of ours quieter; theirs on one side, ours on the other. */
export const EntryRow = memo(({ entry, lit, current, focus, open, inFold, onOpen }: EntryProps) => {
  const article = useRef<HTMLElement>(null);
  useEffect(() => takeFocus(article.current, focus), [focus]);
  const quiet = !isWords(entry);
  return (
    <article
      ref={article}
      className="entry"
      tabIndex={-1}
      data-entry={entry.id}
      data-side={sideOf(entry)}
      data-quiet={quiet || undefined}
      data-lit={lit || undefined}
      data-current={current || undefined}
      data-in-fold={inFold || undefined}
      aria-label={labelOf(entry)}
    >
      <Time at={entry.occurredAt} />
      <span className="mark" data-channel={entry.channel ?? entry.type} title={quiet ? undefined : whatOf(entry)}>
        {!quiet && <Icon name={iconOf(entry)} size={14} />}
      </span>
      <div className="entry-body">
        {quiet ? <Decision entry={entry} /> : <Said entry={entry} open={open} onOpen={onOpen} inFold={inFold} />}
      </div>
    </article>
  );
});

const sideOf = ({ type, direction }: Entry): string =>
  type === 'interaction' ? (direction ?? 'internal') : 'internal';

const iconOf = ({ type, channel }: Entry): IconName => (type === 'interaction' && channel ? channel : 'note');

const whatOf = ({ type, channel, direction }: Entry): string => {
  if (type === 'note') return 'Note';
  return channel ? `${channelNames[channel]} ${sideNames[direction ?? 'internal']}` : type;
};

const labelOf = (entry: Entry): string => `${whatOf(entry)}, ${dayOf(entry.occurredAt)} ${clockOf(entry.occurredAt)}`;
