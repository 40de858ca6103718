import type { Erasure } from '../src/erasure/shapes.ts';
import type { Policy } from '../src/retention/shapes.ts';
import type { Account, Channel, Customer, Entry, Overview, Page, Quarantined } from '../src/shapes.ts';
import { type Desk, smallDesk } from './desk.ts';
import { ann, annsStory, boParty, entry, idOf, layla } from './made.ts';
import { smallWriteback, type Writeback } from './writeback.ts';

/** What the stand-in knows: as much as the pages of the console ask for. */
export type World = {
  customers: Customer[];
  accounts: Account[];
  /** By customer or account, newest first. */
  timelines: Map<string, Entry[]>;
  quarantined: Quarantined[];
  /** What the overview of all counts, where it is more than the timelines. */
  volume: Overview['rows'];
  tenants: string[];
  erasures: Erasure[];
  retention: Policy;
  desk: Desk;
  writeback: Writeback;
};

const acme = { id: idOf(900), key: 'acme', name: 'Acme Ltd' };

const others: readonly [string, string][] = [
  ['Ana Petrović', 'email:ana.petrovic@example.net'], ['Jonas Weber', 'email:jonas.weber@example.de'],
  ['María José Hernández', 'tel:+34911234567'], ['张伟', 'whatsapp:US.1349000123'], ['Olu Adeyemi', 'email:olu@example.ng'],
  ['Priya Raman', 'email:priya.raman@example.in'], ['Søren Kjær', 'email:soren@example.dk'],
  ['Emma O’Neill', 'email:emma.oneill@example.ie'], ['Tomás Silva', 'tel:+351211234567'], ['Yuki Tanaka', 'chat:visitor-8812'],
]; // prettier-ignore

const person = ([name, handle]: readonly [string, string], at: number): Customer => ({
  id: idOf(100 + at),
  name,
  handles: [{ id: idOf(100 + at), handle, name }],
  accounts: at % 3 === 0 ? [{ id: idOf(901), key: 'example.net', name: 'Example Works' }] : [],
  owner: at % 2 === 0 ? boParty : null,
  lastAt: new Date(Date.parse('2026-05-05T18:00:00Z') - at * at * 7_700_000).toISOString(),
  entries: 3 + ((at * 37) % 90),
});

/** A small tenant: Ann with three years of history, Layla who writes Arabic, and some more people. */
export const smallWorld = (): World => {
  const story = annsStory().toReversed();
  const customers: Customer[] = [
    {
      id: idOf(1),
      name: 'Ann Lee',
      handles: [ann, { id: idOf(6), handle: 'tel:+441135550188', name: 'Ann Lee' }],
      accounts: [acme],
      owner: boParty,
      lastAt: story[0]!.occurredAt,
      entries: story.length,
    },
    { id: idOf(3), name: layla.name, handles: [layla], accounts: [acme], owner: null, lastAt: '2026-05-06T08:22:00Z', entries: 2 },
    { id: idOf(7), name: 'Nobody Yet', handles: [{ id: idOf(7), handle: 'email:new@example.org' }], accounts: [], owner: null, entries: 0 },
    ...others.map(person),
  ]; // prettier-ignore
  return {
    customers,
    accounts: [
      { ...acme, owner: boParty, customers: 2, lastAt: story[0]!.occurredAt },
      { id: idOf(901), key: 'example.net', name: 'Example Works', owner: null, customers: 4, lastAt: '2026-04-30T10:00:00Z' },
    ], // prettier-ignore
    timelines: new Map([
      [idOf(1), story],
      [idOf(3), story.filter(({ conversation }) => conversation === idOf(503))],
      [idOf(900), story.filter(({ type }) => type === 'interaction' || type === 'note')],
    ]),
    quarantined: [
      { id: idOf(950), receivedAt: '2026-05-06T07:12:00Z', via: 'email', reason: 'The message ends inside a MIME part.', size: 18_233, attempts: 1, from: 'Ann Lee <ann@acme.example>', subject: 'Photos of the screen', file: 'inbox/42.eml' },
      { id: idOf(951), receivedAt: '2026-05-01T22:40:00Z', via: 'email', reason: 'No sender: the message has neither From nor Sender.', size: 902, attempts: 3 },
    ], // prettier-ignore
    volume: volumeOf(),
    tenants: ['default'],
    erasures: [],
    retention: { notice: 30 },
    desk: smallDesk(),
    writeback: smallWriteback(),
  };
};

// Two years of weeks: a yearly wave, a chat that was opened in the second year, a campaign each spring.
const volumeOf = (): Overview['rows'] =>
  Array.from({ length: 105 }, (_, week) => {
    const at = new Date(Date.UTC(2024, 4, 6 + 7 * week)).toISOString().slice(0, 10);
    const wave = 1 + 0.4 * Math.sin((week / 52) * 2 * Math.PI) + 0.15 * Math.sin(week * 1.7);
    return {
      at,
      counts: {
        email: Math.round(120 * wave),
        phone: Math.round(44 * wave),
        ...(week > 48 && { chat: Math.round((week - 48) * 1.8 * wave) }),
        whatsapp: Math.round(18 * wave + week / 4),
        meeting: Math.round(9 * wave),
        ...(week % 52 === 44 && { campaign: 180 }),
      },
    };
  });

type Query = URLSearchParams;

const fits = (query: Query) => (one: Entry) =>
  (!query.get('channel') || one.channel === query.get('channel')) &&
  (!query.get('direction') || one.direction === query.get('direction')) &&
  (!query.get('kind') || one.kind === query.get('kind')) &&
  (!query.get('conversation') || one.conversation === query.get('conversation')) &&
  (!query.get('participant') || one.participants.some(({ id }) => id === query.get('participant'))) &&
  (!query.get('from') || one.occurredAt >= query.get('from')!) &&
  (!query.get('to') || one.occurredAt < query.get('to')!) &&
  (query.get('type') === 'all' || one.type === 'interaction' || one.type === 'note');

/** The same as of the moment that is asked about, of which its entries alone tell. */
export const worldThen = (world: World, query: Query): World => {
  const [asOf, known] = [query.get('asOf'), query.get('recordedAsOf')];
  if (!asOf && !known) return world;
  const isThen = ({ occurredAt, recordedAt, position }: Entry) =>
    (!asOf || Date.parse(occurredAt) <= Date.parse(asOf)) &&
    (!known || (/^\d+$/.test(known) ? position <= Number(known) : Date.parse(recordedAt) <= Date.parse(known)));
  const timelines = [...world.timelines].map(([whose, entries]) => [whose, entries.filter(isThen)] as const);
  return { ...world, timelines: new Map(timelines) };
};

const paged = <Item>(items: readonly Item[], query: Query, size?: number): Page<Item> => {
  const from = Number(query.get('cursor') ?? 0);
  const limit = size ?? Math.min(200, Number(query.get('limit') ?? 50));
  return {
    items: items.slice(from, from + limit),
    nextCursor: from + limit < items.length ? String(from + limit) : null,
  };
};

export const timelineOf = (world: World, whose: string, query: Query, size?: number): Page<Entry> =>
  paged((worldThen(world, query).timelines.get(whose) ?? []).filter(fits(query)), query, size);

/** What whoever reads a timeline now has seen. */
export const seenOf = (world: World, whose: string): string =>
  String(Math.max(0, ...(world.timelines.get(whose) ?? []).map(({ position }) => position)));

const begins = (words: string, q: string): boolean =>
  words.toLowerCase().split(/[\s@.:-]+/).some((word) => word.startsWith(q.toLowerCase())); // prettier-ignore

export const customersOf = (world: World, query: Query): Page<Customer> =>
  paged(
    world.customers.filter(
      ({ name, handles, owner, accounts }) =>
        (!query.get('q') || begins(`${name} ${handles.map(({ handle }) => handle).join(' ')}`, query.get('q')!)) &&
        (query.get('owner') !== 'none' || owner === null) &&
        (!query.get('account') || accounts.some(({ id }) => id === query.get('account'))),
    ),
    query,
  );

export const accountsOf = (world: World, query: Query): Page<Account> =>
  paged(
    world.accounts.filter(
      ({ key, name, owner }) =>
        (!query.get('q') || begins(`${name} ${key}`, query.get('q')!)) &&
        (query.get('owner') !== 'none' || owner === null),
    ),
    query,
  );

export const searchOf = (world: World, query: Query) =>
  paged(
    world.customers.flatMap((customer) =>
      (world.timelines.get(customer.id) ?? [])
        .filter(({ subject, text }) => `${subject} ${text}`.toLowerCase().includes(query.get('q')!.toLowerCase()))
        .map((found) => ({ customer, entry: found })),
    ),
    query,
  );

const beginOf = (instant: string, bucket: string): string => {
  if (bucket === 'month') return `${instant.slice(0, 7)}-01`;
  const at = new Date(`${instant.slice(0, 10)}T00:00:00Z`);
  if (bucket === 'week') at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
};

export const overviewOf = (world: World, query: Query): Overview => {
  const bucket = (query.get('bucket') ?? 'month') as Overview['bucket'];
  const whose = query.get('customer');
  if (!whose && world.volume.length > 0) return overviewOfAll(world, query);
  const all = (whose ? (world.timelines.get(whose) ?? []) : [...world.timelines.values()].flat())
    .filter(({ type }) => type === 'interaction')
    .filter(fits(query));
  const rows = [...Map.groupBy(all, ({ occurredAt }) => beginOf(occurredAt, bucket))].toSorted(([a], [b]) => (a < b ? -1 : 1)); // prettier-ignore
  const counts = (entries: readonly Entry[]) =>
    Object.fromEntries([...Map.groupBy(entries, ({ channel }) => channel!)].map(([name, of]) => [name, of.length]));
  const towards = (direction: string) => all.filter((one) => one.direction === direction).length;
  const total = counts(all);
  return {
    from: rows[0]?.[0] ?? '2026-01-01',
    to: rows.at(-1)?.[0] ?? '2026-01-01',
    bucket,
    channels: (Object.keys(total) as Channel[]).toSorted((a, b) => total[b]! - total[a]!),
    rows: rows.map(([at, of]) => ({ at, counts: counts(of) })),
    totals: { interactions: all.length, inbound: towards('inbound'), outbound: towards('outbound'), internal: 0, ...(!whose && { customers: world.customers.length }) },
  }; // prettier-ignore
};

const overviewOfAll = ({ volume, customers }: World, query: Query): Overview => {
  const [from, to] = [query.get('from') ?? volume[0]!.at, query.get('to') ?? '2026-05-12'];
  const rows = volume.filter(({ at }) => at >= from.slice(0, 10) && at < to.slice(0, 10));
  const sum = (of: Overview['rows']) => of.reduce((all, { counts }) => all + Object.values(counts).reduce((a, b) => a + b, 0), 0); // prettier-ignore
  const interactions = sum(rows);
  return {
    from,
    to,
    bucket: (query.get('bucket') ?? 'month') as Overview['bucket'],
    channels: ['email', 'phone', 'chat', 'whatsapp', 'meeting', 'campaign'],
    rows,
    totals: {
      interactions,
      customers: customers.length * 37,
      inbound: Math.round(interactions * 0.58),
      outbound: Math.round(interactions * 0.4),
      internal: interactions - Math.round(interactions * 0.58) - Math.round(interactions * 0.4),
    },
  };
};

/** A long relationship: one entry every 20 minutes, back from a day. */
export const longStory = (count: number): Entry[] => {
  const newest = Date.parse('2026-05-06T12:00:00Z');
  return Array.from({ length: count }, (_, at) =>
    entry({
      channel: at % 3 === 0 ? 'email' : 'chat',
      direction: at % 2 === 0 ? 'inbound' : 'outbound',
      author: at % 2,
      position: count - at,
      occurredAt: new Date(newest - at * 1_200_000).toISOString(),
      ...(at % 3 === 0 && { subject: `Matter ${count - at}` }),
      text: 'What was said. '.repeat(1 + ((at * 7) % 12)),
    }),
  );
};
