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

/** By when something must come of a matter, counting down; undefined where nothing is due. */
export const dueOf = ({ state, until }: Matter): { at: string; what: string } | undefined => {
  if (until === undefined) return undefined;
  return { at: until, what: state === 'offered' ? 'The offer lapses' : 'Out of the queue' };
};

export const Deadline = ({ matter }: { matter: Matter }) => {
  const due = dueOf(matter);
  return due ? <Countdown until={due.at} what={due.what} /> : null;
};
