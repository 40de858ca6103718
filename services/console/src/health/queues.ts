import type { Page } from '../shapes.ts';
import type { Finding, Queue, Told } from './shapes.ts';

const queuesPlace = '/queue?view=teams';

/** How it goes with what waits: whether somebody is there for it, in time, and whom it goes to then. */
export const ofQueues = (told: Told<Page<Queue>>, tenant: string): Finding[] => {
  if (told === 'absent') return [];
  if (told === 'closed') return [{ what: 'Queues', is: 'closed', says: 'Only who may read is told.' }];
  const { items } = told;
  const alone = items.filter(({ waiting, available }) => waiting > 0 && available === 0);
  const late = items.filter((one) => one.late > 0);
  const lost = items.filter(({ fallback }) => fallback === 'nobody');
  const waiting = items.reduce((sum, one) => sum + one.waiting, 0);
  const ill = [
    ...alone.map((queue) => ofAlone(queue)),
    ...late.map(({ team, late }) => ({
      what: `Queue ${team}`,
      is: 'ill' as const,
      says: `${late.toLocaleString()} in it ${late === 1 ? 'is' : 'are'} past the time by which somebody was to have them.`,
      todo: { says: 'Give them to somebody.', place: queuesPlace },
    })),
    ...lost.map(({ team }) => ({
      what: `Team ${team}`,
      is: 'ill' as const,
      says: 'Whoever was to have what waits too long is no agent, or left: nothing goes to them.',
      todo: {
        says: 'Say the team anew, with another fallback.',
        command: `npx throughline teams add ${team} … --fallback HANDLE --tenant ${tenant}`,
      },
    })),
  ]; // prettier-ignore
  if (ill.length > 0) return ill;
  const says =
    waiting === 0 ? 'Nothing waits.' : `${waiting.toLocaleString()} waiting, and somebody is there for each.`;
  return [{ what: 'Queues', is: 'well', says }];
};

const ofAlone = ({ team, waiting, agents }: Queue): Finding => ({
  what: `Queue ${team}`,
  is: 'ill',
  says: `${waiting.toLocaleString()} waiting, and ${agents === 0 ? 'it has no agents' : `none of its ${agents} agents is there`}.`,
  todo: {
    says:
      agents === 0
        ? 'Add an agent to the team; or give it to somebody.'
        : 'Somebody of the team has to be available; or give it to somebody else.',
    place: queuesPlace,
  },
});
