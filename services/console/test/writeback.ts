import type { Connection, Crm, Delivery } from '../src/connections/shapes.ts';
import { type Answered, type Asked, problem } from './answers.ts';
import { idOf } from './made.ts';

/** What the stand-in knows of CRMs and of what is written to them. */
export type Writeback = { crms: Crm[]; connections: Connection[]; deliveries: Delivery[] };

const crm = (name: string, title: string, more: Partial<Crm> = {}): Crm => ({
  crm: name, title, once: 'upsert', holdsAgainst: { kills: true, freezes: true }, settlesWithinMs: 0,
  writes: { activity: 'a typed engagement', note: 'a note', task: 'a task', contact: 'properties of the contact' },
  longestText: 65_536, perSecond: 9, atOnce: 4, tells: ['owner', 'tier', 'value', 'deals'], secret: 'an API key', settings: {}, ...more,
}); // prettier-ignore

const [hubspot, mates] = [idOf(971), idOf(972)];

const delivery = (n: number, { connection = hubspot, ...more }: Partial<Delivery>): Delivery => ({
  id: idOf(n), connection, connectionName: connection === hubspot ? 'hubspot-eu' : 'customermates', record: 'activity', state: 'confirmed', customer: idOf(1), attempts: 1,
  plannedAt: '2026-05-06T09:00:00Z', changedAt: '2026-05-06T09:00:02Z', ...more,
}); // prettier-ignore

/** Two connections, one of which was refused; of each kind of delivery one. */
export const smallWriteback = (): Writeback => ({
  crms: [
    crm('hubspot', 'HubSpot', { url: 'https://api.hubapi.com' }),
    crm('customermates', 'Customermates', { once: 'find', holdsAgainst: { kills: true, freezes: false }, tells: [] }),
  ],
  connections: [
    { id: mates, name: 'customermates', crm: 'customermates', url: 'https://crm.northwind.example', allowPrivate: false, state: 'paused', reason: 'CredentialsRefused', detail: 'GET /api/v1/users/me: 401, the key is not known.', createdAt: '2026-04-01T08:00:00Z', changedAt: '2026-05-06T09:20:00Z' },
    { id: hubspot, name: 'hubspot-eu', crm: 'hubspot', url: 'https://api.hubapi.com', allowPrivate: false, state: 'active', createdAt: '2026-03-01T08:00:00Z', changedAt: '2026-03-01T08:00:00Z' },
  ],
  deliveries: [
    delivery(981, { state: 'parked', customer: idOf(3), reason: 'ContactMissing', detail: 'HubSpot has no contact at any of 1 addresses.', attempts: 2 }),
    delivery(982, { state: 'rejected', record: 'task', reason: 'Invalid', detail: 'hs_task_priority “urgent” is none of LOW, MEDIUM, HIGH.' }),
    delivery(983, { connection: mates, state: 'open', record: 'note', waits: 'for the connection: its key is not known', reason: 'CredentialsRefused' }),
    delivery(984, { state: 'open', record: 'contact', waits: 'to be tried again', reason: 'Throttled', attempts: 3, nextTryAt: '2026-05-06T10:00:40Z' }),
    delivery(985, { made: 'created', remote: 'communications/4471' }),
    delivery(986, { connection: mates, record: 'task', made: 'created', remote: 'c0ffee', page: 'https://crm.northwind.example/tasks/c0ffee' }),
    delivery(987, { record: 'contact', made: 'unchanged' }),
  ],
}); // prettier-ignore

const fits = (query: URLSearchParams) => (one: Delivery) => {
  const state = query.get('state');
  const isOf = !query.get('connection') || one.connection === query.get('connection');
  return isOf && (state === 'aside' ? ['rejected', 'parked'].includes(one.state) : !state || one.state === state);
};

/** What crm-writeback answers; undefined where it is not asked. */
export const writebackAnswers = (world: Writeback, { method, path, query, body }: Asked): Answered | undefined => {
  const [, , place, id, part = ''] = path.split('/');
  const page = (items: readonly unknown[]): Answered => ({ body: { items, nextCursor: null } });
  const said = (body ?? {}) as Record<string, string>;
  if (place === 'crms') return page(world.crms);
  if (place === 'connections' && !id) {
    if (method === 'GET') return page(world.connections);
    if (said['url']?.startsWith('http:'))
      return problem(422, 'Not valid', 'One field.', [{ pointer: '/url', reason: 'is not encrypted' }]);
    const { secret: _, ...rest } = said;
    const made = { id: idOf(979), url: 'https://api.hubapi.com', state: 'active', createdAt: '2026-05-06T10:00:00Z', changedAt: '2026-05-06T10:00:00Z', ...rest }; // prettier-ignore
    world.connections.push(made as unknown as Connection);
    return { status: 201, body: made };
  }
  if (place === 'connections') return ofConnection(world, { method, id: id!, part, said });
  if (place !== 'deliveries') return undefined;
  if (!id) return page(world.deliveries.filter(fits(query)));
  const one = world.deliveries.find((each) => each.id === id);
  if (!one) return problem(404, 'No such delivery');
  one.state = method === 'DELETE' ? 'dropped' : 'open';
  return { body: { state: one.state, position: 2_000 } };
};

type Of = { method: string; id: string; part: string; said: Record<string, unknown> };

const ofConnection = ({ connections }: Writeback, { method, id, part, said }: Of): Answered | undefined => {
  const one = connections.find((each) => each.id === id);
  if (!one) return problem(404, 'No such connection');
  if (method === 'DELETE') {
    connections.splice(connections.indexOf(one), 1);
    return { body: { id, unwritten: 2 } };
  }
  switch (part) {
    case 'test': {
      if (one.url.includes('nowhere'))
        return { body: { ok: false, findings: [{ what: 'Unreachable', ok: false, detail: 'It cannot be reached: its name is not known (ENOTFOUND).' }] } }; // prettier-ignore
      const missing = said['prepare'] === true ? { ok: true } : { ok: false, canBeMade: true };
      const findings = [
        { what: 'the key', ok: true },
        { what: 'the property throughline_ref of tasks', ...missing },
      ];
      return { body: { ok: findings.every(({ ok }) => ok), findings } };
    }
    case 'pause':
      Object.assign(one, { state: 'paused' });
      return { body: one };
    case 'resume':
    case 'rotate':
      Object.assign(one, { state: 'active', reason: undefined, detail: undefined });
      return { body: one };
    default:
      return undefined;
  }
};
