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
  const { tenant, id, position } = event;
  const patched = (data: { matter: string; at: string }, state: string, more: object) =>
    matters.patch({ tenant, matter: data.matter, state, since: data.at, event: id, position, ...nowhere, ...more });
  switch (event.type) {
    case 'MatterOpened': {
      const { matter, subject, at } = event.data;
      return yield matters.put({
        tenant,
        matter,
        subject,
        state: 'unrouted',
        since: at,
        event: id,
        position,
        skilled: false,
      });
    }
    case 'MatterQueued': {
      const { team, until, fallback = null, skill } = event.data;
      return yield patched(event.data, 'queued', { team, until, fallback, skilled: skill !== undefined });
    }
    case 'MatterOffered': {
      // It waits where it waited, until the same instant.
      const { matter, agent } = event.data;
      return yield matters.patch({ tenant, matter, state: 'offered', event: id, position, agent });
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
