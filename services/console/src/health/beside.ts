import type { Finding, Projection, Told } from './shapes.ts';

type Looked = Told<{ items: Projection[] }>;
type Made = Projection & { beside: NonNullable<Projection['beside']> };

// What began a moment ago may not have moved yet.
const youngMs = 60_000;

/** What is made beside what is shown, such as after an upgrade: how far it is, and whether that fails, or stands still since the look before. */
export const ofBeside = (looked: Looked, before: Looked | undefined, now = Date.now()): Finding[] => {
  const was = new Map(nextIn(before).map(({ name, beside }) => [name, beside.position]));
  return nextIn(looked).map((one) => findingOf(one, was.get(one.name), now));
};

const nextIn = (looked: Looked | undefined): Made[] =>
  typeof looked === 'object' ? looked.items.filter((one): one is Made => one.beside?.is === 'next') : [];

const findingOf = ({ name, position, beside }: Made, was: number | undefined, now: number): Finding => {
  const isOld = now - Date.parse(beside.since) > youngMs;
  const stands = isOld && beside.position < position && beside.position === was;
  const fails = beside.state === 'failing' ? `, and fails: ${beside.error ?? 'see the log'}` : '';
  return {
    what: `Made anew: ${name}`,
    is: fails || stands ? 'ill' : 'well',
    says: `Version ${beside.version} is made beside what is shown, at ${beside.position.toLocaleString()} of ${position.toLocaleString()}${fails || (stands ? ', and stands still' : '')}.`,
    ...((fails || stands) && {
      todo: {
        says: 'The log of the process that makes it says why. To give it up:',
        command: `npx throughline projections discard ${name}`,
      },
    }),
  };
};
