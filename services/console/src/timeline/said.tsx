import { type ReactNode, useState } from 'react';
import type { Entry } from '../shapes.ts';
import { Icon } from '../ui/icon.tsx';
import { Text } from '../ui/text.tsx';
import { bare, nameOf, sizeOf } from '../words.ts';
import { Note } from './note.tsx';

type Props = { entry: Entry; open: boolean; onOpen: (entry: Entry) => void; inFold: boolean };

/** What people said: who, what about, the words, and what is folded away beneath them. */
export const Said = ({ entry, open, onOpen, inFold }: Props) => {
  const { subject, text, quoted, attachments = [], note } = entry;
  const transcript = entry.amendments?.findLast(({ change }) => change === 'transcript')?.text;
  return (
    <>
      <header className="entry-head">
        <Who entry={entry} brief={inFold} />
        <Tags entry={entry} />
      </header>
      {subject && !inFold && (
        <p className="subject" dir="auto">
          {subject}
        </p>
      )}
      {entry.erased && <p className="erased">What was written here was erased.</p>}
      {entry.expired && <p className="erased">What was written here is over the time for which it is kept.</p>}
      {entry.sealed && <p className="erased">What was written here is not opened for you.</p>}
      {note && !entry.sealed && <Note note={note} />}
      {text && <Words text={withoutGaps(text)} open={open} onOpen={() => onOpen(entry)} />}
      {transcript && (
        <Folded name="transcript">
          <Text text={transcript} />
        </Folded>
      )}
      {quoted && (
        <Folded name="quoted part">
          <Text text={quoted} />
        </Folded>
      )}
      {attachments.length > 0 && <Attachments of={attachments} />}
    </>
  );
};

const Who = ({ entry: { type, participants, author = 0, actor, note }, brief }: { entry: Entry; brief: boolean }) => {
  if (type === 'note')
    return (
      <span className="who">
        <b>{authorOf(actor, note)}</b> noted
      </span>
    );
  const from = participants[author];
  const others = participants.filter((participant) => participant !== from);
  return (
    <span className="who" title={participants.map(({ handle }) => handle && bare(handle)).join(', ')}>
      <b dir="auto">{nameOf(from)}</b>
      {!brief && others.length > 0 && (
        <>
          <span aria-hidden="true"> → </span>
          <span className="sr"> to </span>
          <bdi>{others.slice(0, 2).map(nameOf).join(', ')}</bdi>
        </>
      )}
      {!brief && others.length > 2 && ` and ${others.length - 2} more`}
    </span>
  );
};

// Whoever notes something mostly does what comes next, and is named there.
const authorOf = (actor: string | undefined, note: Entry['note']): string => {
  const owner = note?.nextStep?.owner;
  return nameOf(actor && owner?.handle === actor ? owner : { handle: actor ?? 'somebody' });
};

const Tags = ({ entry }: { entry: Entry }) => {
  const status = entry.amendments?.findLast(({ change }) => change === 'status')?.status;
  const urgent = entry.priority === 'high' || entry.priority === 'urgent';
  return (
    <>
      {urgent && <span className="tag tag-urgent">{entry.priority}</span>}
      {entry.automatic && <span className="tag">automatic</span>}
      {entry.edited && <span className="tag">edited</span>}
      {entry.withdrawn && <span className="tag">withdrawn</span>}
      {status && <span className="tag">{status}</span>}
    </>
  );
};

// Empty lines, of which mails made from markup are full, say nothing; one is enough.
const withoutGaps = (text: string): string => text.trim().replace(/\n(?:[^\S\n]*\n){2,}/g, '\n\n');

// About five lines.
const isLong = (text: string): boolean => text.length > 420 || (text.match(/\n/g)?.length ?? 0) > 5;

const Words = ({ text, open, onOpen }: { text: string; open: boolean; onOpen: () => void }) => {
  const long = isLong(text);
  return (
    <>
      <div className={long && !open ? 'clamped' : undefined}>
        <Text text={long && !open ? text.slice(0, 1_200) : text} />
      </div>
      {long && (
        <button type="button" className="more" aria-expanded={open} onClick={onOpen}>
          {open ? 'Less' : 'More'}
        </button>
      )}
    </>
  );
};

const Folded = ({ name, children }: { name: string; children: ReactNode }) => {
  const [shown, show] = useState(false);
  return (
    <div className="folded">
      <button type="button" className="more" aria-expanded={shown} onClick={() => show(!shown)}>
        <Icon name={shown ? 'down' : 'right'} size={12} /> {name}
      </button>
      {shown && <div className="folded-words">{children}</div>}
    </div>
  );
};

const Attachments = ({ of }: { of: NonNullable<Entry['attachments']> }) => (
  <ul className="attachments">
    {of.map(({ name, mediaType, size }, at) => (
      <li key={at}>
        <Icon name="clip" size={12} /> <bdi>{name ?? mediaType ?? 'attachment'}</bdi>
        {size !== undefined && <span className="dim">{sizeOf(size)}</span>}
      </li>
    ))}
  </ul>
);
