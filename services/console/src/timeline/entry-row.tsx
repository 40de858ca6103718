import { useState } from 'react';
import type { Entry } from '../shapes.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Text } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { bare, channelNames, clockOf, dayOf, decisionOf, isWords, nameOf, sizeOf } from '../words.ts';

type Props = { entry: Entry; lit: boolean; current: boolean; open: boolean; onOpen: () => void };

/** One entry on the line: words of people in full, decisions of ours quieter. */
export const EntryRow = ({ entry, lit, current, open, onOpen }: Props) => (
  <article
    className="entry"
    data-entry={entry.id}
    data-side={entry.direction ?? 'internal'}
    data-quiet={isWords(entry) ? undefined : ''}
    data-lit={lit ? '' : undefined}
    data-current={current ? '' : undefined}
    aria-label={labelOf(entry)}
  >
    <span className="mark" data-channel={entry.channel ?? entry.type} data-side={entry.direction ?? 'internal'}>
      <Icon name={iconOf(entry)} size={14} />
    </span>
    <div className="entry-body">
      {isWords(entry) ? <Words entry={entry} open={open} onOpen={onOpen} /> : <Decision entry={entry} />}
    </div>
    <Time at={entry.occurredAt} />
  </article>
);

const iconOf = ({ type, channel }: Entry): IconName => {
  if (type === 'interaction' && channel) return channel;
  if (type === 'note') return 'note';
  return type.startsWith('task') ? 'task' : 'people';
};

const labelOf = (entry: Entry): string => {
  const what = entry.channel ? `${channelNames[entry.channel]}, ${entry.direction}` : entry.type;
  return `${what}, ${dayOf(entry.occurredAt)} ${clockOf(entry.occurredAt)}`;
};

const Decision = ({ entry }: { entry: Entry }) => (
  <p className="decision">
    {decisionOf(entry)}
    {entry.type === 'task' && entry.task?.due && !entry.task.done && (
      <>
        {' · due '}
        <Time at={entry.task.due} as="ago" />
      </>
    )}
  </p>
);

const Words = ({ entry, open, onOpen }: { entry: Entry; open: boolean; onOpen: () => void }) => {
  const text =
    entry.amendments?.findLast(({ change, text: changed }) => change === 'edited' && changed)?.text ?? entry.text;
  const long = (text?.length ?? 0) > 360 || (text?.split('\n').length ?? 0) > 5;
  return (
    <>
      <header className="entry-head">
        <Who entry={entry} />
        {entry.automatic && <span className="tag">automatic</span>}
        {entry.edited && <span className="tag">edited</span>}
        {entry.withdrawn && <span className="tag">withdrawn</span>}
        {entry.priority && entry.priority !== 'normal' && <span className="tag">{entry.priority}</span>}
      </header>
      {entry.subject && (
        <p className="subject" dir="auto">
          {entry.subject}
        </p>
      )}
      {entry.erased && <p className="erased">What was written here was erased.</p>}
      {entry.note && <Note note={entry.note} />}
      {text && (
        <div className={long && !open ? 'clamped' : undefined}>
          <Text text={text} />
        </div>
      )}
      {long && (
        <button type="button" className="link" aria-expanded={open} onClick={onOpen}>
          {open ? 'less' : 'more'}
        </button>
      )}
      {entry.quoted && <Quoted text={entry.quoted} />}
      {entry.attachments && entry.attachments.length > 0 && (
        <ul className="attachments">
          {entry.attachments.map(({ name, mediaType, size }, at) => (
            <li key={at}>
              <Icon name="clip" size={12} /> {name ?? mediaType ?? 'attachment'}
              {size !== undefined && <span className="dim"> {sizeOf(size)}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

const Who = ({ entry }: { entry: Entry }) => {
  const author = entry.participants[entry.author ?? 0];
  const others = entry.participants.filter((participant) => participant !== author);
  if (entry.type === 'note') return <span className="who">Note · {entry.actor}</span>;
  return (
    <span className="who" title={entry.participants.map(({ handle }) => handle && bare(handle)).join(', ')}>
      <b>{nameOf(author)}</b>
      {others.length > 0 && ` → ${others.slice(0, 2).map(nameOf).join(', ')}`}
      {others.length > 2 && ` and ${others.length - 2} more`}
    </span>
  );
};

const Note = ({ note }: { note: NonNullable<Entry['note']> }) => (
  <dl className="note">
    {(
      [
        ['Discussed', note.discussed],
        ['Decided', note.decided],
        ['Note', note.text],
        [
          'Next',
          note.nextStep &&
            [note.nextStep.what, note.nextStep.owner && nameOf(note.nextStep.owner)].filter(Boolean).join(' · '),
        ],
      ] as const
    ).map(
      ([name, text]) =>
        text && (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Text text={text} />
            </dd>
          </div>
        ),
    )}
  </dl>
);

const Quoted = ({ text }: { text: string }) => {
  const [shown, show] = useState(false);
  return (
    <div className="quoted">
      <button type="button" className="link" aria-expanded={shown} onClick={() => show(!shown)}>
        {shown ? '▾' : '▸'} quoted part
      </button>
      {shown && <Text text={text} />}
    </div>
  );
};
