import type { Matter } from '../src/matter/shapes.ts';
import type { Brief, Told } from '../src/shapes.ts';
import { boParty, idOf } from './made.ts';
import { overviewOf, type World } from './world.ts';

const unknown = (reason: string) => ({ answer: null, reason, events: [] });

// What routing says of a matter, as the brief tells it.
const responsibleFor = ({ id, state, agent, team, until, fallback, at, dueAt }: Matter): Brief['responsible'] => ({
  answer: {
    ...(state === 'owned' ? { owner: agent } : { queue: { team: team!, until: until!, fallback, offeredTo: agent } }),
    since: at, due: dueAt, of: 'matter', matter: id,
  },
  events: [idOf(654)],
}); // prettier-ignore

const told: Told = {
  asOf: '2026-05-06T09:31:00Z',
  stale: true,
  owner: boParty,
  tier: 'gold',
  value: { amount: 48_000, currency: 'EUR' },
  renewal: '2026-09-30',
  deals: [
    { name: 'Leeds, second floor', stage: 'proposal', amount: 14_400, currency: 'EUR', closes: '2026-06-15' },
    { name: 'Care plan', stage: 'qualified' },
  ],
  purchases: [
    { product: 'Laptop 14, twelve pieces', at: '2026-04-28' },
    { product: 'Dock 3', at: '2026-04-28' },
    { product: 'Laptop 13, ten pieces', at: '2023-03-02' },
    { product: 'Dock 2', at: '2023-03-02' },
  ],
  loyalty: { level: 'silver', points: 1_240 },
};

export const briefOf = (world: World, whose: string): Brief => {
  const entries = world.timelines.get(whose) ?? [];
  const said = entries.filter(({ type }) => type === 'interaction');
  const [last] = said.filter(({ withdrawn }) => !withdrawn);
  const first = said.at(-1);
  const matter = world.desk.matters.find(({ customer, state }) => customer === whose && state !== 'closed');
  const task = entries.findLast(({ type, task: one }) => type === 'task' && one?.id === idOf(701));
  const owned = entries.find(({ type }) => type === 'owner');
  const { totals, channels, rows } = overviewOf(world, new URLSearchParams({ customer: whose }));
  const byChannel = Object.fromEntries(channels.map((name) => [name, rows.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0)])); // prettier-ignore
  return {
    customer: { id: whose },
    position: entries[0]?.position ?? 0,
    now: whose === idOf(1) ? [{ conversation: idOf(503), channel: 'whatsapp', since: '2026-05-06T08:15:00Z', lastWords: 'Good morning Layla, yes: Friday between 10 and 12.', lastAt: '2026-05-06T08:22:00Z' }] : [],
    lastTalkedAbout: last ? { answer: { at: last.occurredAt, channel: last.channel!, direction: last.direction!, with: ['Bo Hansen'], subject: last.subject, words: last.text }, events: [last.id] } : unknown('There is no interaction with this customer yet.'),
    responsible: matter ? responsibleFor(matter) : owned ? { answer: { owner: boParty, since: owned.occurredAt, of: 'customer' }, events: [owned.id] } : unknown('Nobody was made responsible for this customer or its account yet.'),
    nextStep: task ? { answer: { what: task.task!.what, due: task.task!.due, owner: boParty, task: task.task!.id, overdue: false }, events: [task.id] } : unknown('No task is open, and no note says what comes next.'),
    happened: first ? { answer: { since: first.occurredAt, until: said[0]!.occurredAt, interactions: totals.interactions, conversations: new Set(said.map(({ conversation, id }) => conversation ?? id)).size, byChannel, inbound: totals.inbound!, outbound: totals.outbound!, quietDays: 0, firstSubject: first.subject, highlights: [{ at: first.occurredAt, what: 'First contact by email', event: first.id }] }, events: [first.id, said[0]!.id] } : unknown('Nothing has happened with this customer yet.'),
    crm: whose === idOf(1) ? { answer: told, events: [idOf(659)] } : unknown('No CRM told anything of this customer: none is connected, or it was not asked yet.'),
  }; // prettier-ignore
};
