import type { Team } from '../matter/shapes.ts';
import { channelNames, durationOf, nameOf } from '../words.ts';

const list = new Intl.ListFormat('en', { type: 'conjunction', style: 'long' });

/** What a team serves, how long that may wait, and what becomes of it then. */
export const Serves = ({ team }: { team: Team }) => <p className="aside serves">{inWords(team).join(' ')}</p>;

const inWords = ({ channels, kinds, languages, skills = [], waits, fallback, offers }: Team): string[] => {
  const only = [channels?.map((one) => channelNames[one]), kinds, languages].flatMap((some) => (some ? [list.format(some)] : []));
  const asked = skills.length > 0 ? [`whatever asks for ${list.format(skills)}`] : [];
  const served = only.length > 0 ? only.join(', in ') : asked.length > 0 ? undefined : 'everything';
  return [
    `Serves ${[served, ...asked].filter(Boolean).join('; and ')}.`,
    ...(waits ? [`Waits ${durationOf(waits)} at most${fallback ? `, then ${nameOf(fallback)} has it` : ''}.`] : []),
    ...(offers ? [`${durationOf(offers)} to accept.`] : []),
  ];
}; // prettier-ignore
