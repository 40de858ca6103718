import { useAgents } from '../agent/use-agents.ts';
import { ComposeDialog } from '../compose/dialog.tsx';
import type { Field } from '../compose/form.ts';
import type { Matter } from '../matter/shapes.ts';
import { nameOf } from '../words.ts';
import { useTeams } from './use-desk.ts';

type Props = { matter: Matter; onClose: () => void; onDone: () => void };

/** Gives a matter to another agent, or back into a team's queue, with a word. */
export const HandOn = ({ matter, onClose, onDone }: Props) => {
  const [agents, teams] = [useAgents(), useTeams()];
  const options = [
    ...(agents.data?.items ?? [])
      .filter(({ id }) => id !== matter.agent?.id)
      .map((agent) => [`agent ${agent.id}`, `${nameOf(agent)} (${agent.presence})`] as const),
    ...(teams.data?.items ?? []).map(({ team, name }) => [`team ${team}`, `Queue of ${name ?? team}`] as const),
  ];
  const fields: readonly Field[] = [
    { pointer: '/to', label: 'To whom', kind: 'choice', required: true, options },
    { pointer: '/note', label: 'A word for them', kind: 'lines' },
  ];
  const toBody = ({ to, ...rest }: Record<string, unknown>) => {
    const [of = '', ...name] = String(to).split(' ');
    return { [of]: name.join(' '), ...rest };
  };
  const path = `/v1/matters/${matter.id}/assign`;
  return <ComposeDialog title="Hand on" verb="Hand on" {...{ fields, path, toBody, onClose }} onWritten={onDone} />;
};

const outcomes = ['resolved', 'answered', 'no-answer-needed', 'duplicate', 'spam'].map((one) => [one, one] as const);
const closeFields: readonly Field[] = [
  { pointer: '/outcome', label: 'How it ended, in a word', kind: 'line', options: outcomes, value: 'resolved', hint: 'Never somebody’s name: it is kept in clear. What they say later opens it again.' },
]; // prettier-ignore

/** Says that a matter is solved, and how. */
export const Close = ({ matter, onClose, onDone }: Props) => (
  <ComposeDialog
    title="Close"
    verb="Close it"
    fields={closeFields}
    path={`/v1/matters/${matter.id}/close`}
    onClose={onClose}
    onWritten={onDone}
  />
);
