import { ComposeDialog } from '../compose/dialog.tsx';
import type { Field } from '../compose/form.ts';
import type { Connection, Crm } from './shapes.ts';

type AddProps = { crms: readonly Crm[]; onClose: () => void; onDone: (connection: Connection) => void };

/** Connects a CRM. */
export const Add = ({ crms, onClose, onDone }: AddProps) => {
  const fields: readonly Field[] = [
    { pointer: '/crm', label: 'Kind of CRM', kind: 'choice', required: true, options: crms.map(({ crm, title }) => [crm, title]) },
    { pointer: '/name', label: 'What it is called here', kind: 'line', required: true, hint: 'Such as hubspot-eu.' },
    { pointer: '/url', label: 'Where it is', kind: 'line', hint: ({ '/crm': kind }) => homeOf(crms.find(({ crm }) => crm === kind)) },
    { pointer: '/secret', label: 'Secret', kind: 'secret', required: true, hint: ({ '/crm': kind }) => secretOf(crms.find(({ crm }) => crm === kind)) },
    { pointer: '/settings', label: 'Settings', kind: 'json', hint: 'JSON; may stay empty. GET /v1/crms says what each kind lets one set.' },
    { pointer: '/allowPrivate', label: 'It may be on this machine or in a private network', kind: 'yes' },
  ]; // prettier-ignore
  return (
    <ComposeDialog<Connection>
      title="Connect a CRM"
      verb="Connect"
      fields={fields}
      path="/v1/connections"
      onClose={onClose}
      onWritten={onDone}
    />
  );
};

const homeOf = (crm: Crm | undefined): string => {
  if (!crm) return 'May stay empty where the CRM is always at one place.';
  return crm.url ? `May stay empty: ${crm.title} is at ${crm.url}.` : `The address of ${crm.title}.`;
};

const secretOf = (crm: Crm | undefined): string =>
  `${crm ? `${crm.title}: ${crm.secret}. ` : ''}It is kept sealed and never shown again.`;

type RotateProps = { connection: Connection; onClose: () => void; onDone: () => void };

const secretField: readonly Field[] = [
  { pointer: '/secret', label: 'The new secret', kind: 'secret', required: true, hint: 'It takes the place of the old one. Where that was refused, what waits goes on.' },
]; // prettier-ignore

/** Gives a connection another secret. */
export const Rotate = ({ connection: { id, name }, onClose, onDone }: RotateProps) => (
  <ComposeDialog<Connection>
    title={`New secret for ${name}`}
    fields={secretField}
    path={`/v1/connections/${id}/rotate`}
    onClose={onClose}
    onWritten={onDone}
  />
);
