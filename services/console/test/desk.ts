import type { Agent, Explanation, Matter, Packet, Team } from '../src/matter/shapes.ts';
import { boParty, idOf } from './made.ts';
import { type Answered, type Asked, problem } from './answers.ts';

/** What the stand-in knows of work: agents, teams, and what customers want solved. */
export type Desk = { agents: Agent[]; teams: Team[]; matters: Matter[] };

const agent = (n: number, name: string, handle: string, more: Partial<Agent> = {}): Agent => ({
  id: idOf(n), name, handle, teams: ['hardware'], capacity: 10, presence: 'available', turns: 2, matters: 3, ...more,
}); // prettier-ignore

export const maria = { id: idOf(21), name: 'Maria Sol', handle: 'email:maria@northwind.example' };

const matter = (n: number, customer: number, more: Partial<Matter>): Matter => ({
  id: idOf(n), state: 'owned', customer: idOf(customer), asked: { channel: 'email', kind: 'support' }, team: 'hardware',
  since: '2026-05-06T08:40:00Z', at: '2026-05-06T08:41:00Z', rule: 'turn', position: n, ...more,
}); // prettier-ignore

/** Bo has three matters, is offered one, and two teams have queues; Maria sees to the second. */
export const smallDesk = (): Desk => ({
  agents: [
    agent(2, boParty.name!, boParty.handle!, { teams: ['hardware', 'sales'] }),
    agent(21, maria.name, maria.handle, { teams: ['sales'], presence: 'away', matters: 0, turns: 0 }),
    agent(22, 'Sam Ode', 'email:sam@northwind.example', { presence: 'offline' }),
  ],
  teams: [
    { team: 'hardware', name: 'Hardware', waiting: 2, waitingSince: '2026-05-06T09:12:00Z', available: 1, agents: 2, channels: ['email', 'chat'], skills: ['hardware'], waits: 'PT1H30M', fallback: maria, offers: 'PT5M' },
    { team: 'sales', waiting: 0, available: 1, agents: 2 },
    { team: 'night', name: 'Night watch', waiting: 1, waitingSince: '2026-05-06T07:58:00Z', available: 0, agents: 0 },
  ],
  matters: [
    matter(601, 1, { agent: boParty, asked: { channel: 'email', kind: 'support', intent: 'hardware.screen', topic: 'broken screen', priority: 'high' }, dueAt: '2026-05-06T10:24:00Z' }),
    matter(602, 100, { agent: boParty, asked: { channel: 'whatsapp', kind: 'sales' }, since: '2026-05-06T09:20:00Z', rule: 'owner' }),
    matter(603, 103, { agent: boParty, asked: { channel: 'ticket', kind: 'support', intent: 'invoice.wrong' }, since: '2026-05-05T15:02:00Z' }),
    matter(604, 3, { state: 'offered', agent: boParty, asked: { channel: 'chat', kind: 'support', intent: 'delivery.when', severity: '2' }, since: '2026-05-06T09:57:00Z', until: '2026-05-06T10:02:30Z' }),
    matter(605, 104, { state: 'queued', asked: { channel: 'email', kind: 'support', intent: 'hardware.dock' }, since: '2026-05-06T09:12:00Z', until: '2026-05-06T10:20:00Z', rule: 'skill' }),
    matter(606, 105, { state: 'queued', asked: { channel: 'form', kind: 'support' }, since: '2026-05-06T09:40:00Z', until: '2026-05-06T10:40:00Z', rule: 'queue' }),
    matter(607, 106, { state: 'queued', team: 'night', asked: { channel: 'phone', kind: 'support' }, since: '2026-05-06T07:58:00Z', until: '2026-05-06T09:58:00Z', rule: 'queue' }),
  ],
}); // prettier-ignore

const stepsOf = (one: Matter): Explanation['steps'] => [
  { at: '2026-05-06T08:40:00Z', event: idOf(651), position: 41, type: 'MatterChosen', actor: 'routing', says: 'A conversation opened it: the customer had no other open matter.', rule: 'opened', inputs: { window: 'P14D' }, alternatives: [] },
  { at: '2026-05-06T08:40:00Z', event: idOf(652), position: 42, type: 'MatterOpened', actor: 'routing', says: `Opened: the customer asked by ${one.asked.channel}, support.` },
  { at: '2026-05-06T08:40:01Z', event: idOf(653), position: 43, type: 'MatterQueued', actor: 'routing', says: 'Waits in hardware until 2026-05-06T12:40:00Z, then Sam Ode has it: it asks for the skill hardware.screen.', rule: 'skill', inputs: { channel: one.asked.channel, intent: 'hardware.screen', team: 'hardware', skill: 'hardware.screen' }, alternatives: [{ says: 'owner', why: 'nobody' }, { says: 'holder Sam Ode', why: 'offline' }] },
  { at: '2026-05-06T08:41:00Z', event: idOf(654), position: 44, type: 'MatterAssigned', actor: 'routing', says: 'Bo Hansen has it: it was their turn in hardware, of 2 who could take it.', rule: 'turn', inputs: { team: 'hardware', available: 2 }, alternatives: [{ says: 'turn Sam Ode', why: 'later in line' }, { says: '1 agent', why: 'full' }] },
]; // prettier-ignore

const packetOf = ({ asked, since }: Matter): Packet => ({
  summary: {
    asked: 'The screen of the laptop that came on Friday has a crack from the left edge to the middle.',
    last: 'If a courier could bring two replacements by Friday noon, we can do the rest in peace.',
    lastAt: '2026-05-06T09:41:00Z',
  },
  tried: [
    { at: since, by: 'agent', agent: maria },
    { at: '2026-05-06T09:02:00Z', by: 'agent', channel: 'email', words: 'That must not happen, and I am sorry. We replace it.' },
  ],
  notes: ['She sent photos; do not ask for them again.'],
  conversations: [{ id: idOf(501), channel: asked.channel, lastAt: '2026-05-06T09:41:00Z' }],
}); // prettier-ignore

const page = (items: readonly unknown[]): Answered => ({ body: { items, nextCursor: null } });

/** What routing answers; undefined where it is not asked. */
export const deskAnswers = (desk: Desk, { method, path, query, body }: Asked): Answered | undefined => {
  const [, , place, id = '', part = ''] = path.split('/');
  if (method !== 'GET') return acted(desk, { place, id, part, body });
  const { agents, teams, matters } = desk;
  const found = matters.find((one) => one.id === id);
  switch (`${place}${id && '/…'}${part ? `/${part}` : ''}`) {
    case 'agents':
      return page(agents);
    case 'teams':
      return page(teams);
    case 'queues/…':
      return page(matters.filter(({ state, team }) => state === 'queued' && team === id));
    case 'matters':
      return page(
        matters.filter(
          ({ state, agent, customer }) =>
            state !== 'closed' &&
            (!query.get('agent') || agent?.id === query.get('agent')) &&
            (!query.get('customer') || customer === query.get('customer')),
        ),
      );
    case 'matters/…/explanation':
      return found && { body: { matter: id, steps: stepsOf(found) } };
    case 'matters/…/packet':
      return found && { body: packetOf(found) };
    default:
      return undefined;
  }
};

type Act = { place: string | undefined; id: string; part: string; body: unknown };

const acted = (desk: Desk, { place, id, part, body }: Act): Answered | undefined => {
  const { agent, presence, outcome } = (body ?? {}) as Record<string, string | undefined>;
  const self = desk.agents.find((one) => one.id === (agent ?? id));
  if (place === 'agents' && part === 'presence') return write(desk.agents, id, { presence: presence as 'away' });
  if (place === 'queues') {
    const next = desk.matters.find(({ state, team }) => state === 'queued' && team === id);
    if (!next) return { body: { matter: null } };
    Object.assign(next, { state: 'owned', agent: self, until: undefined });
    return { body: { matter: next } };
  }
  if (place !== 'matters') return undefined;
  if (desk.matters.find((one) => one.id === id)?.state === 'closed') return problem(409, 'The matter is closed');
  switch (part) {
    case 'accept':
      return write(desk.matters, id, { state: 'owned', until: undefined });
    case 'decline':
      return write(desk.matters, id, { state: 'queued', agent: undefined });
    case 'assign':
      return write(desk.matters, id, self ? { state: 'owned', agent: self } : { state: 'queued', agent: undefined });
    case 'wait':
      return write(desk.matters, id, { dueAt: undefined });
    case 'close':
      return write(desk.matters, id, { state: 'closed', outcome });
    default:
      return undefined;
  }
};

const write = <Item extends { id: string }>(items: Item[], id: string, values: Partial<Item>): Answered => {
  const at = items.findIndex((one) => one.id === id);
  if (at < 0) return problem(404, 'There is none');
  items[at] = { ...items[at]!, ...values };
  return { body: { event: crypto.randomUUID(), position: 2_000 } };
};
