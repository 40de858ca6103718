import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CaptureModule, captureProblems, letExpire } from '@throughline/capture';
import { boot, logger } from '@throughline/host';
import { openKeyStore } from '@throughline/privacy';
import { beside, openSources } from '@throughline/service';
import { TimelineModule, timelineProblems } from '@throughline/timeline';
import { asking, told, type Told, withQuery } from './asking.ts';
import { cli, cliJson } from './cli.ts';
import { migrated } from './database.ts';
import { type Captured, interaction } from './made.ts';
import type { Brief, Customer, Page } from './shapes.ts';

type Quarter = { quarter: string; keys: number; customers: number; staying: number; expiresAt?: string; over: boolean };
type Plan = { policy: { keep?: number; from?: string }; items: Quarter[] };
type Line = { text?: string; channel?: string; expired?: true; erased?: true };

/** Capture and timeline in one process whose clock a spec sets. */
const clocked = async () => {
  let at = new Date('2025-02-10T09:00:00Z');
  const dir = await mkdtemp(join(tmpdir(), 'retention-'));
  const urls = await migrated();
  const keys = await openKeyStore({ url: `file:${dir}/keys.sqlite`, kek: join(dir, 'kek') });
  const log = logger('spec', 'silent');
  const { sources, release } = await openSources({ name: 'spec', urls, keys, log, now: () => at });
  const { tenants, quarantined } = beside(sources.db);
  const booted = await boot({
    name: 'spec',
    modules: [CaptureModule.of(sources, { QUIET_EVERY: 0 }), TimelineModule.of({ ...sources, quarantined })],
    http: { host: '127.0.0.1', port: 0 },
    tenants,
    problems: { ...captureProblems, ...timelineProblems },
    log,
  });
  const ask = asking(booted.urls.http);
  return {
    dir,
    sources,
    url: booted.urls.http,
    ask,
    get: told(ask),
    setClock: (instant: string) => void (at = new Date(instant)),
    stop: async () => {
      await booted.close();
      await release();
      await rm(dir, { recursive: true });
    },
  };
};

let on: Awaited<ReturnType<typeof clocked>>;
let get: Told;
let head = 0;

const customer = (handle: string, name?: string) => ({ role: 'customer' as const, handle, name });
const [ann, annPhone, bo, agent] = [
  'email:ann@example.com',
  'tel:+14155550100',
  'email:bo@example.com',
  'email:cy@acme.example',
];

const say = async (key: string, text: string, ...who: ReturnType<typeof customer>[]): Promise<void> => {
  const participants = [...who, { role: 'agent' as const, handle: agent, name: 'Cy' }];
  const json = interaction(key, { occurredAt: '2025-02-10T09:00:00Z', text, participants });
  head = (await get<Captured>('/v1/interactions', { json })).position;
};
const briefOf = (handle: string) => get<Brief>(withQuery('/v1/brief', { handle, minPosition: head }));
const linesOf = async (handle: string) => {
  const { customer } = await briefOf(handle);
  const { items } = await get<Page<Line>>(`/v1/customers/${customer.id}/timeline?minPosition=${head}`);
  return items.map(({ text, expired, erased }) => ({ text, expired, erased }));
};
const found = async (q: string) => (await get<Page<object>>(withQuery('/v1/search', { q, minPosition: head }))).items.length; // prettier-ignore
const named = async (q: string) => (await get<Page<Customer>>(withQuery('/v1/customers', { q, minPosition: head }))).items.length; // prettier-ignore
const caughtUp = async (): Promise<void> => {
  const { head: at } = await get<{ head: number }>('/v1/status');
  head = at;
  await briefOf(ann).catch(() => undefined);
};

beforeAll(async () => {
  on = await clocked();
  ({ get } = on);
  await say('1', 'flumbered the gralkin', customer(ann, 'Ann Lee'));
  await say('2', 'Bo wrote of a zorple', customer(bo, 'Bo Parker'));
  on.setClock('2025-05-10T09:00:00Z');
  await get(withQuery('/v1/brief', { handle: ann, minPosition: head }));
  await say('3', 'without a name', customer(ann));
  const { customer: of } = await briefOf(ann);
  await get(`/v1/customers/${of.id}/links`, { json: { handle: annPhone } });
  on.setClock('2026-01-10T09:00:00Z');
  await say('4', 'by phone, a brenkle', customer(annPhone));
  await caughtUp();
}, 120_000);
afterAll(() => on.stop());

describe('what is kept', () => {
  it('is everything until it is said otherwise, and told quarter by quarter', async () => {
    const { policy, items } = await get<Plan>('/v1/retention');
    expect(policy.keep).toBeUndefined();
    expect(items.map(({ quarter, customers, staying, over }) => [quarter, customers, staying, over])).toEqual([
      ['2025Q1', 2, 1, false],
      ['2025Q2', 1, 1, false],
      ['2026Q1', 1, 0, false],
    ]);
    const refused = await on.ask('/v1/retention/runs', { method: 'POST' });
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ title: 'Everything is kept' })]);
  });

  it('can be thought of otherwise, and nothing is destroyed by that', async () => {
    const { items } = await get<Plan>('/v1/retention?keep=3');
    expect(items.map(({ over, expiresAt }) => [over, expiresAt])).toEqual([
      [true, '2026-01-01T00:00:00.000Z'],
      [false, '2026-04-01T00:00:00.000Z'],
      [false, '2027-01-01T00:00:00.000Z'],
    ]);
    expect((await cli(on.url, 'retention', 'plan', '3')).out).toMatch(/2025Q1 +2 +2 +1 .*over its time/);
    expect(await found('gralkin')).toBe(1);
  });

  it('is a number of quarters, with days of notice before anything expires by itself', async () => {
    const first = await get<{ event: string }>('/v1/policies/retention', {
      method: 'PUT',
      json: { keep: 3, notice: 14 },
    });
    expect(await get('/v1/policies/retention', { method: 'PUT', json: { keep: 3, notice: 14 } })).toMatchObject(first);
    const { policy } = await get<Plan>('/v1/retention');
    expect(policy).toEqual({ keep: 3, notice: 14, from: '2026-01-24T09:00:00.000Z' });
    for (const json of [{ keep: 0 }, { keep: '3' }, { notice: 14 }, {}]) {
      const { status, body } = await on.ask<{ errors: { pointer: string }[] }>('/v1/policies/retention', { method: 'PUT', json }); // prettier-ignore
      expect([json, status, body.errors[0]!.pointer]).toEqual([json, 422, '/keep']);
    }
    expect((await get<Plan>('/v1/retention')).policy).toEqual(policy);
  });

  it('is for ever once more where that is said', async () => {
    const { policy } = await cliJson<Plan>(on.url, ['retention', 'set', '--for-ever']);
    expect(policy).not.toHaveProperty('keep');
    expect(await cli(on.url, 'retention', 'set', '--keep', '3', '--notice', '0')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: What customers said in 2025Q1 expires without notice.+: say --yes/),
    });
    expect((await get<Plan>('/v1/retention')).policy).toEqual(policy);
    expect(await cliJson(on.url, ['retention', 'set', '--keep', '3', '--yes'])).toMatchObject({ policy: { keep: 3 } });
    await get('/v1/policies/retention', { method: 'PUT', json: { keep: 3, notice: 14 } });
  });
});

describe('what is over its time', () => {
  it('is told, and not destroyed unless that is said', async () => {
    const told = await cli(on.url, 'retention', 'run');
    expect(told.out).toMatch(/2025Q1 .*\nNothing was destroyed: say --destroy\./);
    expect(await found('gralkin')).toBe(1);
  });

  it('expires: its words are gone, and the facts and the names of who stays are there', async () => {
    const before = await linesOf(ann);
    expect(before.map(({ text }) => text)).toContain('flumbered the gralkin');
    expect(await cliJson(on.url, ['retention', 'run', '--destroy'])).toEqual({ keys: 2, remembered: 1 });
    await caughtUp();
    const lines = await linesOf(ann);
    expect(lines).toHaveLength(before.length);
    expect(lines.filter(({ expired }) => expired)).toEqual([{ text: undefined, expired: true, erased: undefined }]);
    expect(new Set(lines.map(({ text }) => text))).toEqual(
      new Set([undefined, 'by phone, a brenkle', 'without a name']),
    );
    expect((await briefOf(ann)).customer.name).toBe('Ann Lee');
    // Of Bo nothing later is there.
    const bos = await briefOf(bo);
    expect([bos.customer.name, bos.customer.handles[0]!.handle]).toEqual([undefined, undefined]);
    expect(await linesOf(bo)).toEqual([{ text: undefined, expired: true, erased: undefined }]);
  });

  it('is found by none of its words and names any more, and the rest still is', async () => {
    expect([await found('gralkin'), await found('zorple'), await found('brenkle')]).toEqual([0, 0, 1]);
    expect([await named('Parker'), await named('Ann Lee')]).toEqual([0, 1]);
    // What is left of an event is what somebody of ours is called.
    const { rows } = await on.sources.projectorDb.query<{ count: number }>(
      `select count(*)::int as count from timeline.found_name where quarter = '2025Q1' and party = any($1)`,
      [[ann, bo].map((handle) => on.sources.vault.handleId('default', handle))],
    );
    expect(rows[0]!.count).toBe(0);
  });

  it('comes to the same when search is made anew', async () => {
    await cliJson(on.url, ['projections', 'rebuild', 'search']);
    expect(await cliJson(on.url, ['projections', 'diff', 'search'])).toMatchObject({ same: true });
  });

  it('expires once, and the ledger lets nothing be sealed under its keys any more', async () => {
    expect(await cliJson(on.url, ['retention', 'run', '--destroy'])).toEqual({ keys: 0, remembered: 0 });
    const key = `${on.sources.vault.handleId('default', ann)}/2025Q1`;
    const [outcome] = await on.sources.ledger.append([
      { tenant: 'default', stream: 'x', expected: 'any', events: [{ id: '11111111-1111-4111-8111-111111111111', type: 'X', occurredAt: '2026-01-01T00:00:00Z', data: '{}', meta: '{}' }], sealedUnder: [key] },
    ]); // prettier-ignore
    expect(outcome).toMatchObject({ is: 'refused', reason: 'KeyDestroyed', key });
  });

  it('is looked for in the log of the keys by every run, though none of its keys is listed any more', async () => {
    const log = async () => (await stat(join(on.dir, 'keys.sqlite-wal'))).size;
    const runs = [
      () => cliJson(on.url, ['retention', 'run', '--destroy']),
      () => letExpire(on.sources, new Date('2026-03-31T23:59:59Z')),
    ];
    for (const [nth, run] of runs.entries()) {
      await on.sources.keys.keys('other', [`${nth}/2026Q1`]);
      expect(await log()).toBeGreaterThan(0);
      await run();
      expect(await log()).toBe(0);
    }
  });

  it('expires by itself when the days of notice are over, and goes on where it was cut off', async () => {
    const quarters = async () => (await get<Plan>('/v1/retention')).items.map(({ quarter }) => quarter);
    const expiries = async () => (await on.sources.ledger.read('default', 'expired-2025Q2')).length;
    await letExpire(on.sources, new Date('2026-03-31T23:59:59Z'));
    expect([await quarters(), await expiries()]).toEqual([['2025Q2', '2026Q1'], 0]);
    const cut = { ...on.sources, keys: { ...on.sources.keys, destroy: () => Promise.reject(new Error('cut off')) } };
    on.setClock('2026-04-01T00:00:00Z');
    await expect(letExpire(cut)).rejects.toThrow('cut off');
    expect([await quarters(), await expiries()]).toEqual([['2025Q2', '2026Q1'], 1]);
    await letExpire(on.sources);
    expect([await quarters(), await expiries()]).toEqual([['2026Q1'], 1]);
    await caughtUp();
    expect((await linesOf(ann)).map(({ text }) => text).filter(Boolean)).toEqual(['by phone, a brenkle']);
    // The name was told again for as long as there is something of her.
    expect((await briefOf(ann)).customer.name).toBe('Ann Lee');
  });

  it('keeps of each handle what is shown of it, told once', async () => {
    const remembered = async () =>
      (await on.sources.ledger.tail(0n, { limit: 1_000 })).filter(({ type }) => type === 'HandleRemembered').length;
    for (const key of ['5', '6', '7']) await say(key, 'as ever', customer(ann, 'Ann Lee'));
    for (const key of ['8', '9']) await say(key, 'married', customer(ann, 'Ann Smith'));
    on.setClock('2026-10-01T00:00:00Z');
    await say('10', 'nameless', customer(ann));
    on.setClock('2027-04-01T00:00:00Z');
    await say('11', 'later', customer(ann));
    await caughtUp();
    const before = await remembered();
    await letExpire(on.sources);
    await caughtUp();
    // Of her address and of her telephone.
    expect([await remembered(), (await briefOf(ann)).customer.name]).toEqual([before + 2, 'Ann Smith']);
  });

  it('stops at once where that is taken back meanwhile', async () => {
    const quarters = async () => (await get<Plan>('/v1/retention')).items.map(({ quarter }) => quarter);
    await get('/v1/policies/retention', { method: 'PUT', json: { keep: 1, notice: 0 } });
    await caughtUp();
    on.setClock('2028-01-01T00:00:00Z');
    expect(await quarters()).toEqual(['2026Q4', '2027Q2']);
    const destroy = async (tenant: string, ids: readonly string[]): Promise<void> => {
      await get('/v1/policies/retention', { method: 'PUT', json: { keep: null } });
      await on.sources.keys.destroy(tenant, ids);
    };
    await letExpire({ ...on.sources, keys: { ...on.sources.keys, destroy } });
    expect(await quarters()).toEqual(['2027Q2']);
  });
});
