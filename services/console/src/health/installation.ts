import { counted, dateOf } from '../words.ts';
import type { Checkpoints, Finding, Status, Told } from './shapes.ts';

/** How it goes with what all tenants share. */
export const ofInstallation = (status: Status, checkpoints: Told<Checkpoints>): Finding[] => [
  server(status),
  ...rows(status),
  signed(checkpoints),
];

const server = ({ ready }: Status): Finding =>
  ready
    ? { what: 'Server', is: 'well', says: 'It answers, and all of its parts run.' }
    : {
        what: 'Server',
        is: 'ill',
        says: 'It answers, and not all of its parts run.',
        todo: { says: 'The address /health/ready and the log tell which part, and why.' },
      };

// As of how far behind somebody has to look: so many are caught up with in a moment.
const farBehind = 10_000;

const rows = ({ head, projections }: Status): Finding[] => {
  const behind = projections.filter(({ position }) => position < head);
  if (behind.length === 0)
    return [{ what: 'Pages and lists', is: 'well', says: `They know all ${head.toLocaleString()} events of the ledger.` }];
  return behind.map(({ name, position }) => ({
    what: `Pages and lists: ${name}`,
    is: head - position < farBehind ? 'well' : 'ill',
    says: `${counted(head - position, 'event')} behind the ledger.`,
    todo: {
      says: 'It catches up by itself. Where it does not, look for events that are set aside, and into the log.',
      command: 'npx throughline parked list',
    },
  }));
}; // prettier-ignore

const signed = (told: Told<Checkpoints>): Finding => {
  const what = 'Proof of the ledger';
  if (told === 'closed') return { what, is: 'closed', says: 'Only who may operate is told.' };
  if (told === 'absent') return { what, is: 'well', says: 'Nothing is signed here.' };
  const [last] = told.items;
  if (told.contradiction !== null)
    return {
      what,
      is: 'ill',
      says: told.contradiction,
      todo: {
        says: 'Somebody changed the ledger, or it was restored: docs/proof.md and docs/recovery.md say what it can be.',
        command: 'npx throughline ledger verify',
      },
    };
  const says = last
    ? `It contains what was signed last, at ${last.position.toLocaleString()} on ${dateOf(last.at)}.`
    : 'Nothing was signed yet.';
  return { what, is: 'well', says };
};
