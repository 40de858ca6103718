import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CaptureServiceClient, CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { RoutingServiceClient, RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import {
  TimelineServiceClient,
  TimelineServiceService,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import type { Database } from '@throughline/postgres';
import { eventually, fakeEndpoint, signingKey } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { asRole, asSuperuser, type Table, tablesOf } from './database.ts';
import { type Captured, interaction, mail } from './made.ts';
import { filled, type Route, routesOf } from './routes.ts';
import type { Brief, Entry, Page, Written } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
const nothing = '99999999-9999-4999-8999-999999999999';
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const wordsOf = (tenant: string): string => `zq${tenant}words`;

let server: Standalone;
let ask: Asking;
let get: Told;
let superuser: Database;
let service: Database;
let routes: Route[];
const crm = fakeEndpoint({ people: [{ id: '100', mail: 'ann@example.com' }] });
const tenants = ['one', 'two'] as const;
type Tenant = (typeof tenants)[number];

/** The same people say the same in each tenant, and beside it a word that nobody says in another. */
const fill = async (tenant: Tenant): Promise<void> => {
  const write = <Body = Written>(path: string, json?: unknown) => get<Body>(path, { tenant, json, method: 'POST' });
  const put = (path: string, json: unknown) => get<Written>(path, { tenant, json, method: 'PUT' });
  await write('/v1/own-addresses', { domain: 'acme.example' });
  const { settings, fake } = crm;
  await write('/v1/connections', { name: 'crm', crm: 'http', url: fake.url, secret: signingKey, settings, allowPrivate: true }); // prettier-ignore
  const usual = await get<object>('/v1/policies/matter', { tenant });
  await put('/v1/policies/matter', { ...usual, quiet: 'P90D' });
  await put('/v1/calendars/business', { zone: 'Europe/Berlin', hours: { monday: [{ from: '09:00', to: '18:00' }] } });
  // Nothing is over by itself while it is looked at.
  await put('/v1/policies/session', { quiet: {} });
  await write('/v1/agents', { handle: bo, name: 'Bo' });
  await put('/v1/teams/support', { channels: ['chat'], fallback: { handle: bo, name: 'Bo' } });
  await put('/v1/teams/nobody', { channels: ['sms'] });
  if (tenant === 'one') await put('/v1/teams/only-one', { channels: ['campaign'] });
  for (const handle of [bo, `email:${wordsOf(tenant)}@acme.example`]) {
    const agent = await write<{ id: string }>('/v1/agents', { handle, name: 'Bo', teams: ['support'] });
    await put(`/v1/agents/${agent.id}/presence`, { presence: 'available' });
  }
  const participants = [
    { role: 'customer' as const, handle: ann, name: 'Ann Lee', account: { key: 'lee' } },
    { role: 'agent' as const, handle: bo },
  ];
  await write('/v1/interactions', interaction('same', { participants, conversation: 'same' }));
  const { id, position } = await write<Captured>(
    '/v1/interactions',
    interaction('own', { participants, text: wordsOf(tenant) }),
  );
  await write(
    '/v1/interactions',
    interaction('only', { participants: [{ role: 'customer', handle: `email:${wordsOf(tenant)}@example.com` }] }),
  );
  const third = { role: 'customer' as const, handle: 'email:third@example.com', account: { key: 'lee' } };
  const toCome = new Date(Date.now() + 3_600_000).toISOString();
  await write('/v1/interactions', interaction('meeting', { channel: 'meeting', occurredAt: toCome, participants: [third] })); // prettier-ignore
  const off = await write<Captured>('/v1/interactions', interaction('off', { channel: 'meeting', occurredAt: toCome, participants: [third] })); // prettier-ignore
  await write(`/v1/interactions/${off.id}/amendments`, { change: 'withdrawn' });
  for (const n of ['first', 'second'])
    await write(
      '/v1/interactions',
      interaction(n, { channel: 'sms', participants: [{ role: 'customer', handle: `email:${n}@example.com` }] }),
    );
  const letter = mail({ From: 'ann@example.com', To: 'bo@acme.example', 'Message-ID': '<1@example.com>' });
  for (const text of [letter, `${letter} Changed.`]) await get('/v1/emails', { tenant, mail: text });
  const { customer } = await get<Brief>(withQuery('/v1/brief', { handle: ann, minPosition: position }), { tenant });
  const of = `/v1/customers/${customer.id}`;
  const { items } = await get<Page<Entry>>(`${of}/timeline?limit=1`, { tenant });
  await write(`/v1/conversations/${items[0]!.conversation}/end`);
  await write(`/v1/interactions/${id}/kind`, { kind: 'sales' });
  await write(`${of}/notes`, { text: wordsOf(tenant) });
  await write(`${of}/tasks`, { what: wordsOf(tenant), owner: bo, due: '2027-01-02T09:00:00Z' });
  await write(`${of}/owner`, { owner: bo });
  const link = await write(`${of}/links`, { handle: 'tel:+14155550100' });
  await get(`/v1/customers?minPosition=${link.position}`, { tenant });
  // Nothing can be parked by what a caller sends; so one event is, by hand.
  await superuser.query(
    `insert into feed.parked (consumer, partition, tenant, stream, position, version, event_id, type, occurred_at, recorded_at, data, meta, error, attempts)
     select 'spec@1', 'ledger', tenant, stream, position, stream_version, event_id, type, occurred_at::text, recorded_at::text, data::text::bytea, meta::text::bytea, 'by hand', 1
     from ledger.event where tenant = $1 order by position limit 1`,
    [tenant],
  );
};

/** What lists want to be asked; the overview ends now unless it is told otherwise. */
const needed: Record<string, (tenant: Tenant) => string | Promise<string>> = {
  '/v1/brief': () => `handle=${ann}`,
  '/v1/gists': async (tenant) => `of=${(await customersOf(tenant)).join(',')}`,
  '/v1/search': (tenant) => `q=${wordsOf(tenant)}`,
  '/v1/overview': () => 'to=2027-01-01T00:00:00Z&bucket=month',
};

/** All that a tenant's lists and events tell. */
// What is of the installation, and grows by itself.
const ofNobody = ['/v1/tenants', '/v1/ledger/checkpoints'];

const wholeOf = async (tenant: Tenant): Promise<Map<string, string>> => {
  const lists = routes.filter(
    ({ method, inPath, path }) =>
      method === 'GET' && inPath.length === 0 && path.startsWith('/v1/') && !ofNobody.includes(path),
  );
  const answers = new Map<string, string>();
  for (const { path } of lists) {
    const { status: code, body } = await ask(`${path}?${(await needed[path]?.(tenant)) ?? ''}`, { tenant });
    expect([path, code]).toEqual([path, 200]);
    answers.set(path, typeof body === 'string' ? body : JSON.stringify(body));
  }
  return answers;
};

const idsIn = (answers: Map<string, string>): Set<string> => {
  const all = [...answers.values()].join('\n');
  return new Set([...all.matchAll(uuid)].map(([id]) => id));
};

const customersOf = async (tenant: Tenant): Promise<string[]> =>
  (await get<Page<{ id: string }>>('/v1/customers', { tenant })).items.map(({ id }) => id);

let foreign: {
  readonly ids: readonly string[];
  readonly parked: string;
  readonly cursors: readonly string[];
  readonly whole: Map<string, string>;
};

/** Nothing more follows from what was written. */
const settled = (): Promise<void> =>
  eventually(
    async () => {
      const { rows } = await superuser.query<{ is: boolean }>(
        `select min(c.position) = (select max(last_position) from ledger.batch)
           and not exists (select from writeback.delivery where state = 'open')
           and (select count(*) from writeback.asked) = (select count(*) from ledger.event where type = 'CrmContextRead')
           and not exists (
             select from writeback.person p left join identity.handle h on h.tenant = p.tenant and h.handle = p.handle
             where p.live and not exists (
               select from writeback.asked a where a.tenant = p.tenant and a.handle = coalesce(h.customer, p.handle)))
           as is from read_model.checkpoint c`,
      );
      expect(rows).toEqual([{ is: true }]);
    },
    { within: 30_000 },
  );

beforeAll(async () => {
  await crm.fake.start();
  server = await standalone();
  ask = asking(server.url);
  get = told(ask);
  [superuser, service, routes] = await Promise.all([
    asSuperuser(server.dir),
    asRole(server.dir, 'service'),
    routesOf(get),
  ]);
  for (const name of tenants) await get('/v1/tenants', { json: { name } });
  for (const name of tenants) await fill(name);
  await settled();
  const whole = await wholeOf('one');
  const parked = (await get<Page<{ id: string }>>('/v1/parked', { tenant: 'one' })).items[0]!.id;
  const pages = await Promise.all(
    [
      'customers',
      'accounts',
      'search',
      'quarantine',
      'tasks',
      'deliveries',
      'matters',
      'agents',
      'teams',
      'queues/nobody',
    ].map((list) => get<Page<object>>(`/v1/${list}?limit=1${list === 'search' ? '&q=words' : ''}`, { tenant: 'one' })),
  );
  foreign = { ids: [...idsIn(whole)], parked, cursors: pages.flatMap(({ nextCursor }) => nextCursor ?? []), whole };
}, 90_000);
afterAll(async () => {
  await Promise.all([superuser.close(), service.close()]);
  await server.kill();
  await crm.fake.stop();
});

/** So many at once as a server takes in its stride. */
const byTwenties = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / 20) }, (_, at) => items.slice(at * 20, (at + 1) * 20));

/** Bodies that are fine, for routes that take an id: without one a request would be refused before it is looked whose id it is. */
const bodies: Record<string, unknown> = {
  'POST /v1/interactions/{id}/kind': { kind: 'support' },
  'POST /v1/interactions/{id}/amendments': { change: 'withdrawn' },
  'POST /v1/conversations/{id}/end': {},
  'POST /v1/customers/{id}/notes': { text: 'crossed' },
  'POST /v1/customers/{id}/links': { handle: 'tel:+14155550199' },
  'DELETE /v1/customers/{id}/links/{link}': {},
  'POST /v1/customers/{id}/owner': { owner: bo },
  'POST /v1/accounts/{id}/owner': { owner: bo },
  'POST /v1/customers/{id}/tasks': { what: 'crossed', owner: bo, due: '2027-01-02T09:00:00Z' },
  'POST /v1/tasks/{id}/completion': {},
  'POST /v1/tasks/{id}/snooze': { until: '2027-01-02T09:00:00Z' },
  'POST /v1/tasks/{id}/owner': { owner: bo },
  'POST /v1/matters/{id}/assign': { agent: bo },
  'POST /v1/matters/{id}/accept': { agent: bo },
  'POST /v1/matters/{id}/decline': { agent: bo },
  'POST /v1/matters/{id}/close': {},
  'POST /v1/matters/{id}/split': { conversation: nothing },
  'POST /v1/matters/{id}/join': { into: nothing },
  'POST /v1/quarantine/{id}/dismiss': { reason: 'crossed' },
  'POST /v1/connections/{id}/test': {},
  'POST /v1/connections/{id}/rotate': { secret: signingKey },
  'PUT /v1/agents/{id}/presence': { presence: 'away' },
  'PUT /v1/agents/{id}/capacity': { capacity: 1 },
};

describe('a tenant', () => {
  it('shares no id with another, where the same people say the same', async () => {
    expect(foreign.ids.length).toBeGreaterThan(20);
    const own = idsIn(await wholeOf('two'));
    expect(foreign.ids.filter((id) => own.has(id))).toEqual([]);
  });

  it('reaches nothing of another by its ids, on any route that takes one', async () => {
    // (A team's name is none: each tenant gives its own.)
    const taking = routes.filter(({ inPath }) => inPath.includes('id'));
    expect(taking.length).toBeGreaterThan(15);
    const customers = [...(await customersOf('one')), (await customersOf('two'))[0]!];
    const atCustomers = [
      ...foreign.ids.map((id) => [id, id] as const),
      ...customers.flatMap((id) => foreign.ids.map((inner) => [id, inner] as const)),
    ];
    for (const route of taking) {
      const name = `${route.method} ${route.path}`;
      const json = bodies[name];
      if (route.hasBody && json === undefined) throw new Error(`${name} is new: give a body that is fine for it here`);
      const codes = new Set<number>();
      // Where it takes two: what is another's is asked for at a customer of one's own, and at each of the other's.
      const pairs = route.inPath.length > 1 ? atCustomers : foreign.ids.map((id) => [id, id] as const);
      const paths = [[foreign.parked, foreign.parked] as const, ...pairs].map(([id, inner]) =>
        filled(route, (place) => (place === 'id' ? id : inner)),
      );
      for (const some of byTwenties(paths))
        for (const { status: code, body } of await Promise.all(
          some.map((path) => ask(path, { tenant: 'two', method: route.method, json })),
        )) {
          codes.add(code);
          expect(JSON.stringify(body)).not.toContain(wordsOf('one'));
        }
      // An id of another form is refused as such.
      codes.delete(400);
      expect([name, ...codes]).toEqual([name, 404]);
    }
    expect(await wholeOf('one')).toEqual(foreign.whole);
  }, 180_000);

  it('finds nothing of another by any parameter of any query', async () => {
    const searchable = routes.filter(
      ({ method, texts, path }) => method === 'GET' && texts.length > 0 && !path.endsWith('/stream'),
    );
    const { customer } = await get<Brief>(`/v1/brief?handle=${ann}`, { tenant: 'two' });
    const { items } = await get<Page<{ id: string }>>('/v1/accounts', { tenant: 'two' });
    const words = [wordsOf('one'), `email:${wordsOf('one')}@example.com`];
    const [anId, ...otherIds] = foreign.ids;
    const known = new Set(foreign.ids);
    let taken = 0;
    for (const route of searchable)
      for (const text of route.texts) {
        const path = filled(route, () => (route.path.includes('/accounts/') ? items[0]!.id : customer.id));
        const finds = async (value: string) => {
          const { status: code, body } = await ask(withQuery(path, { [text]: value }), { tenant: 'two' });
          const answer = JSON.stringify(body);
          const told = [...answer.matchAll(uuid)].map(([id]) => id).filter((id) => known.has(id) && id !== value);
          expect({ path, text, told }).toEqual({ path, text, told: [] });
          if (!value.includes(wordsOf('one'))) expect(answer).not.toContain(wordsOf('one'));
          else expect(answer).not.toContain('"items":[{');
          return code;
        };
        for (const word of words) await finds(word);
        // A place or a moment: one id is no more of that than all the others.
        if ((await finds(anId!)) === 400) continue;
        taken += 1;
        for (const some of byTwenties(otherIds)) await Promise.all(some.map(finds));
      }
    expect(taken).toBeGreaterThan(15);
  }, 180_000);

  it('cannot go on with the cursor of another', async () => {
    expect(foreign.cursors.length).toBeGreaterThan(2);
    for (const list of [
      'customers',
      'accounts',
      'quarantine',
      'tasks',
      'parked',
      'own-addresses',
      'connections',
      'deliveries',
      'matters',
      'agents',
      'teams',
      'queues/nobody',
    ])
      for (const cursor of foreign.cursors) {
        const { status: code, body } = await ask(withQuery(`/v1/${list}`, { cursor }), { tenant: 'two' });
        expect([list, code]).toEqual([list, 400]);
        expect(JSON.stringify(body)).toContain('/cursor');
      }
  });

  it('sees its own queue under a name that another has as well', async () => {
    const queue = async (tenant: Tenant) => JSON.stringify(await get('/v1/queues/nobody', { tenant }));
    const [own, others] = [await queue('two'), await queue('one')];
    expect(idsIn(new Map([['', others]])).size).toBeGreaterThan(2);
    const known = new Set(foreign.ids);
    expect([...own.matchAll(uuid)].filter(([id]) => known.has(id))).toEqual([]);
    expect((await ask('/v1/queues/only-one', { tenant: 'one' })).status).toBe(200);
    expect((await ask('/v1/queues/only-one', { tenant: 'two' })).status).toBe(404);
  });

  it('that does not exist is named, on every route', async () => {
    const free = ['/asyncapi.json', '/health/live', '/health/ready', '/v1/tenants'];
    for (const route of routes.filter(({ path }) => !free.includes(path))) {
      const path = filled(route, () => foreign.ids[0]!);
      const json = route.hasBody ? {} : undefined;
      const answer = await ask<{ code: string; detail: string }>(path, {
        tenant: 'nobody',
        method: route.method,
        json,
      });
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'TenantUnknown']);
      expect(answer.body.detail).toContain('nobody');
    }
    for (const tenant of ['No Body', '../one', 'one\tdrop', 'x'.repeat(64)])
      expect((await ask('/v1/customers', { tenant })).status).toBe(400);
  });
});

describe('a tenant over gRPC', () => {
  const called = (begin: (metadata: Metadata, done: (error: ServiceError | null) => void) => unknown) =>
    new Promise<number>((resolve) => {
      const metadata = new Metadata();
      metadata.set('x-tenant', 'two');
      begin(metadata, (error) => resolve(error?.code ?? status.OK));
    });
  type Stream = { on(name: string, done: (error: ServiceError) => void): Stream; resume(): unknown };
  const streamed = (stream: Stream, done: (error: ServiceError | null) => void) =>
    stream
      .on('error', done)
      .on('end', () => done(null))
      .resume();

  it('reaches nobody of another by an id, whatever it calls', async () => {
    const timeline = new TimelineServiceClient(server.grpc, credentials.createInsecure());
    const routing = new RoutingServiceClient(server.grpc, credentials.createInsecure());
    const capture = new CaptureServiceClient(server.grpc, credentials.createInsecure());
    type Call = (id: string) => Parameters<typeof called>[0];
    const of = (id: string) => ({ customer: { by: { $case: 'id' as const, value: id } } });
    const due = { seconds: 1_798_880_400n, nanos: 0 };
    const byId: Record<string, Call> = {
      getCustomer: (id) => (metadata, done) => timeline.getCustomer(of(id), metadata, done),
      getTimeline: (id) => (metadata, done) => timeline.getTimeline(of(id), metadata, done),
      streamTimeline: (id) => (metadata, done) => streamed(timeline.streamTimeline(of(id), metadata), done),
      watchTimeline: (id) => (metadata, done) =>
        streamed(timeline.watchTimeline({ ...of(id), afterPosition: 0n }, metadata), done),
      getBrief: (id) => (metadata, done) => timeline.getBrief(of(id), metadata, done),
      endSession: (id) => (metadata, done) => capture.endSession({ id }, metadata, done),
      assignOwner: (id) => (metadata, done) =>
        routing.assignOwner({ of: { $case: 'customerId', value: id }, owner: bo }, metadata, done),
      scheduleTask: (id) => (metadata, done) =>
        routing.scheduleTask({ customerId: id, what: 'crossed', owner: bo, due }, metadata, done),
      completeTask: (id) => (metadata, done) => routing.completeTask({ id }, metadata, done),
      snoozeTask: (id) => (metadata, done) => routing.snoozeTask({ id, until: due }, metadata, done),
      handOnTask: (id) => (metadata, done) => routing.handOnTask({ id, owner: bo }, metadata, done),
      setPresence: (id) => (metadata, done) => routing.setPresence({ id, presence: 'away' }, metadata, done),
      setCapacity: (id) => (metadata, done) => routing.setCapacity({ id, capacity: 1 }, metadata, done),
      removeAgent: (id) => (metadata, done) => routing.removeAgent({ id }, metadata, done),
      getMatter: (id) => (metadata, done) => routing.getMatter({ id }, metadata, done),
      explainMatter: (id) => (metadata, done) => routing.explainMatter({ id }, metadata, done),
      getPacket: (id) => (metadata, done) => routing.getPacket({ id }, metadata, done),
      assignMatter: (id) => (metadata, done) =>
        routing.assignMatter({ id, to: { $case: 'agent', value: bo } }, metadata, done),
      acceptMatter: (id) => (metadata, done) => routing.acceptMatter({ id, agent: bo }, metadata, done),
      declineMatter: (id) => (metadata, done) => routing.declineMatter({ id, agent: bo }, metadata, done),
      closeMatter: (id) => (metadata, done) => routing.closeMatter({ id }, metadata, done),
      splitMatter: (id) => (metadata, done) => routing.splitMatter({ id, conversation: nothing }, metadata, done),
      listPromises: (id) => (metadata, done) => routing.listPromises({ customerId: id }, metadata, done),
      waitForCustomer: (id) => (metadata, done) => routing.waitForCustomer({ id }, metadata, done),
      joinMatter: (id) => (metadata, done) => routing.joinMatter({ id, into: nothing }, metadata, done),
    };
    // These take no id; what they answer is looked at over HTTP, by the same code.
    const without = ['capture', 'captureStream', 'getSessionPolicy', 'setSessionPolicy', 'listCustomers', 'listTasks', 'search', 'listTeams', 'defineTeam', 'removeTeam', 'listAgents', 'defineAgent',
      'listQueue', 'takeNext', 'listMatters', 'getMatterPolicy', 'setMatterPolicy',
      'getPromisePolicy', 'setPromisePolicy', 'listCalendars', 'defineCalendar', 'route']; // prettier-ignore
    const methods = [TimelineServiceService, RoutingServiceService, CaptureServiceService].flatMap(Object.keys);
    expect(methods.toSorted()).toEqual([...Object.keys(byId), ...without].toSorted());
    try {
      for (const [name, call] of Object.entries(byId))
        for (const ids of byTwenties(foreign.ids))
          for (const code of await Promise.all(ids.map((id) => called(call(id)))))
            expect([name, code]).toEqual([name, status.NOT_FOUND]);
      expect(await wholeOf('one')).toEqual(foreign.whole);
    } finally {
      timeline.close();
      routing.close();
      capture.close();
    }
  }, 180_000);
});

describe('the database', () => {
  let tables: Table[];
  // The directory of tenants says nothing but their names, which the host needs before it knows a tenant.
  const directory = 'capture.tenant';
  beforeAll(async () => {
    tables = (await tablesOf(superuser, { withTenant: true })).filter(({ name }) => name !== directory);
  });

  /** Which tenants' rows the service sees in a table, `none` where it may not look at all. */
  const seenIn = async ({ name }: Table, tenant?: string): Promise<string[] | 'none'> => {
    const look = `select distinct tenant from ${name}`;
    try {
      const { rows } = await (tenant === undefined
        ? service.query<{ tenant: string }>(look)
        : service.asTenant(tenant, (client) => client.query<{ tenant: string }>(look)));
      return rows.map((row) => row.tenant);
    } catch (error) {
      if ((error as { code?: string }).code === '42501') return 'none';
      throw error;
    }
  };

  it('has rows of both tenants in nearly every table', async () => {
    const both: string[] = [];
    for (const { name } of tables) {
      const { rows } = await superuser.query(`select tenant from ${name} where tenant = any($1) group by tenant`, [
        tenants,
      ]);
      if (rows.length === 2) both.push(name);
    }
    expect(tables.length).toBeGreaterThan(25);
    const few = tables.map(({ name }) => name).filter((name) => !both.includes(name));
    expect({ few, isFew: few.length < 16 }).toMatchObject({ isFew: true });
  });

  it('shows the service only the rows of its tenant, and none without one', async () => {
    for (const table of tables) {
      for (const tenant of tenants) {
        const seen = await seenIn(table, tenant);
        if (seen !== 'none') expect([table.name, ...seen.filter((one) => one !== tenant)]).toEqual([table.name]);
      }
      const seen = await seenIn(table);
      expect([table.name, seen]).toEqual([table.name, seen === 'none' ? 'none' : []]);
    }
  });

  it('lets the service write no row of another tenant, and move none to it', async () => {
    const denied = { code: '42501' };
    const as = (text: string, values: unknown[] = []) =>
      service
        .asTenant('two', (client) => client.query(text, values))
        .then(
          ({ rowCount }) => ({ rowCount }),
          ({ code }: { code?: string }) => ({ code }),
        );
    for (const { name, columns } of tables) {
      const { rows } = await superuser.query<{ row: string }>(
        `select to_json(t)::text as row from ${name} t where tenant = 'one' limit 1`,
      );
      const list = columns.join(', ');
      const insert = `insert into ${name} (${list}) select ${list} from json_populate_record(null::${name}, $1)`;
      const row = rows[0]?.row ?? '{"tenant":"one"}';
      expect([name, await as(insert, [row])]).toEqual([name, denied]);
      const tries = [
        `update ${name} set tenant = 'one'`,
        `update ${name} set tenant = tenant where tenant = 'one'`,
        `delete from ${name} where tenant = 'one'`,
      ];
      for (const one of tries) {
        const answer = await as(one);
        expect([one, answer]).toEqual([one, 'code' in answer ? denied : { rowCount: 0 }]);
      }
    }
    expect(await wholeOf('one')).toEqual(foreign.whole);
  });

  it('forces row-level security on every table with a tenant, and lets every view see as who asks', async () => {
    const { rows } = await superuser.query<{ name: string; kind: string; forced: boolean; invoker: boolean }>(
      `select format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind,
              c.relrowsecurity and c.relforcerowsecurity as forced,
              coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false) as invoker
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
    );
    const withTenant = new Set([directory, ...tables.map(({ name }) => name)]);
    const open = rows.filter(({ name, kind, forced, invoker }) => {
      if (kind === 'v') return !invoker;
      return kind === 'm' || (withTenant.has(name) && !forced);
    });
    expect(open).toEqual([]);
    expect(rows.filter(({ name }) => withTenant.has(name))).toHaveLength(withTenant.size);
  });

  it('gives the services no role that owns, bypasses or grants anything', async () => {
    const { rows } = await superuser.query(
      `select rolname as name, rolsuper or rolcreaterole or rolcreatedb or rolreplication as mighty, rolbypassrls as bypasses,
              pg_has_role(rolname, 'throughline_owner', 'member') as owns,
              (select count(*)::int from pg_class where relowner = r.oid) as tables
       from pg_roles r where rolname in ('throughline_service', 'throughline_projector') order by 1 desc`,
    );
    const plain = { mighty: false, owns: false, tables: 0 };
    expect(rows).toEqual([
      { ...plain, name: 'throughline_service', bypasses: false },
      { ...plain, name: 'throughline_projector', bypasses: true },
    ]);
    const functions = await superuser.query<{ name: string }>(
      `select format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.prosecdef and has_function_privilege('throughline_service', p.oid, 'execute') order by 1`,
    );
    expect(functions.rows.map(({ name }) => name)).toEqual(['ledger.append', 'ledger.recognise']);
    const connected = await superuser.query<{ role: string }>(
      `select distinct usename as role from pg_stat_activity
       where datname = 'throughline' and pid <> pg_backend_pid() and backend_type = 'client backend' order by 1`,
    );
    expect(connected.rows.map(({ role }) => role)).toEqual(['throughline_projector', 'throughline_service']);
  });
});
