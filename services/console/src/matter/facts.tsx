import { Icon } from '../ui/icon.tsx';
import { Countdown } from '../ui/time.tsx';
import { channelNames } from '../words.ts';
import type { Asked, Matter } from './shapes.ts';
import { aboutOf } from './words.ts';

/** What a matter is about: channel by its mark, then words and what is urgent about it. */
export const About = ({ asked }: { asked: Asked }) => (
  <span className="about">
    <span data-channel={asked.channel} className="about-mark">
      <Icon name={asked.channel} size={14} />
      <span className="sr">{channelNames[asked.channel]}:</span>
    </span>
    <span className="about-words">{aboutOf(asked)}</span>
    {asked.priority && asked.priority !== 'normal' && (
      <span className={asked.priority === 'low' ? 'tag' : 'tag tag-urgent'}>{asked.priority}</span>
    )}
    {asked.severity && <span className="tag tag-urgent">severity {asked.severity}</span>}
  </span>
);

const lapses = { offered: 'The offer lapses', queued: 'Out of the queue', owned: '', closed: '' };

/** By when something must come of a matter: the answer that is promised, or its next owner, whichever is first. */
export const dueOf = ({ state, until, dueAt }: Matter): { at: string; what: string } | undefined => {
  const all = [
    ...(until === undefined ? [] : [{ at: until, what: lapses[state] }]),
    ...(dueAt === undefined ? [] : [{ at: dueAt, what: 'Answer due' }]),
  ];
  return all.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
};

export const Deadline = ({ matter }: { matter: Matter }) => {
  const due = dueOf(matter);
  return due ? <Countdown until={due.at} what={due.what} /> : null;
};
