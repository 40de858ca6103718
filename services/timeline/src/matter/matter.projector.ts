import { isOf } from '@throughline/contracts';
import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** Matters: whose they are, who has them or which queue, since when and by which event. Closed ones stay, as closed. A `skilled` one went to who has the skill that it asks for, whoever owns the customer. */
export const matters = table({
  name: 'timeline.matter',
  columns: {
    tenant: 'text',
    matter: 'uuid',
    subject: 'uuid',
    state: 'text',
    since: 'timestamptz',
    event: 'uuid',
    position: 'bigint',
    agent: 'uuid?',
    team: 'text?',
    until: 'timestamptz?',
    fallback: 'uuid?',
    skilled: 'boolean',
    first_position: 'bigint',
    last_at: 'timestamptz',
  },
  key: ['tenant', 'matter'],
  merge: 'replace',
});

const placings = [
  'MatterOpened', 'MatterQueued', 'MatterOffered', 'MatterAssigned', 'MatterHandedOn', 'MatterReopened', 'MatterClosed',
] as const; // prettier-ignore

const nowhere = { agent: null, team: null, until: null, fallback: null };

/** The row that one event makes in the table above. */
export function* matterRows(event: HeardEvent): Iterable<Change> {
  if (!isOf(event, placings)) return;
  const { tenant, id, position, occurredAt: last_at } = event;
  const told = { tenant, matter: event.data.matter, event: id, position, last_at };
  const patched = (data: { at: string }, state: string, more: object) =>
    matters.patch({ ...told, state, since: data.at, ...nowhere, ...more });
  switch (event.type) {
    case 'MatterOpened': {
      const { subject, at } = event.data;
      const opened = { ...told, subject, state: 'unrouted', since: at, skilled: false };
      return yield matters.put({ ...opened, first_position: position });
    }
    case 'MatterQueued': {
      const { team, until, fallback = null, skill } = event.data;
      return yield patched(event.data, 'queued', { team, until, fallback, skilled: skill !== undefined });
    }
    case 'MatterOffered': {
      // It waits where it waited, until the same instant.
      return yield matters.patch({ ...told, state: 'offered', agent: event.data.agent });
    }
    case 'MatterAssigned': {
      const { agent, team = null } = event.data;
      return yield patched(event.data, 'owned', { agent, team });
    }
    case 'MatterHandedOn':
    case 'MatterReopened':
      return yield patched(event.data, 'unrouted', { skilled: false });
    case 'MatterClosed':
      return yield patched(event.data, 'closed', {});
  }
}
