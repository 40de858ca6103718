import { channelNames } from '../words.ts';
import type { Asked } from './shapes.ts';

/** How matters, and why they are where they are, are said. */

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `hardware.screen` as people say it: `Hardware, screen`. */
const intentOf = (intent: string): string => capital(intent.replaceAll('.', ', ').replaceAll(/[_-]/g, ' '));

/** What a matter is about, in as few words as there are: the topic, else the intent, else its kind. */
export const aboutOf = ({ topic, intent, kind, channel }: Asked): string =>
  (topic && capital(topic)) ?? (intent && intentOf(intent)) ?? (kind && capital(kind)) ?? channelNames[channel];

const ruleNames: Readonly<Record<string, string>> = {
  opened: 'New matter',
  joined: 'Same matter',
  skill: 'By skill',
  owner: 'Owner',
  holder: 'Had it before',
  turn: 'Whose turn it is',
  queue: 'By team',
  deadline: 'Waited too long',
  hand: 'By hand',
};

/** The name of a rule; a rule that is newer than this page is called as it is. */
export const ruleOf = (rule: string): string => ruleNames[rule] ?? capital(rule);

const whys: Readonly<Record<string, string>> = {
  nobody: 'there is none',
  removed: 'no longer here',
  busy: 'busy',
  away: 'away',
  offline: 'not there',
  full: 'has as much as they take at a time',
};

/** What else there was, and why it was not taken. `turn Bo` → `Whose turn it is: Bo`. */
export const alternativeOf = ({ says, why }: { says: string; why: string }): [what: string, why: string] => {
  const [rule = '', ...rest] = says.split(' ');
  const known = ruleNames[rule];
  return [known ? [known, rest.join(' ')].filter(Boolean).join(': ') : capital(says), whys[why] ?? why];
};

const inputNames: Readonly<Record<string, string>> = {
  channel: 'Channel', kind: 'Kind', intent: 'Intent', topic: 'Topic', priority: 'Priority', severity: 'Severity',
  language: 'Language', ownerOf: 'Owner of', owner: 'Owner', holder: 'Had it before', team: 'Team', skill: 'Skill',
  available: 'Could take it', window: 'Same matter within', declined: 'Declined by',
}; // prettier-ignore

const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const valueOf = (name: string, text: string): string => {
  if (name === 'channel') return channelNames[text as Asked['channel']];
  if (name === 'intent' || name === 'skill') return intentOf(text);
  return name === 'window' ? lastingOf(text) : text;
};

const units = { Y: 'year', M: 'month', W: 'week', D: 'day', TH: 'hour', TM: 'minute', TS: 'second' } as const;

/** An ISO 8601 duration as people say it: `P14D` → `14 days`, `PT1H30M` → `1 hour, 30 minutes`. */
export const lastingOf = (duration: string): string => {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const parts = [...date.matchAll(/(\d+)([YMWD])/g), ...time.matchAll(/(\d+)([HMS])/g)].map(([, count, unit], nth) => {
    const isTime = nth >= (date.match(/[YMWD]/g)?.length ?? 0);
    const name = units[`${isTime ? 'T' : ''}${unit}` as keyof typeof units];
    return `${count} ${name}${count === '1' ? '' : 's'}`;
  });
  return parts.join(', ') || duration;
};

/** What a decision was made on, by name; `called` says who somebody is. */
export const inputsOf = (
  inputs: Readonly<Record<string, unknown>>,
  called: (id: string) => string | undefined,
): [name: string, value: string][] =>
  Object.entries(inputs).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const text = String(value);
    const said = isId.test(text) ? called(text) : valueOf(name, text);
    return said ? [[inputNames[name] ?? capital(name), said]] : [];
  });
