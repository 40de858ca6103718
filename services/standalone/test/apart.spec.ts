import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, signingKey, temporaryFolder, type TestDatabase } from '@throughline/testing';
import { launchService as launch, urlOf } from './apart.ts';
import { asking, told, type Told, withQuery } from './asking.ts';
import { migrated } from './database.ts';
import { type Captured, interaction } from './made.ts';
import type { Brief, Entry, Page } from './shapes.ts';
import type { Run } from './standalone.ts';

const ann = 'email:ann@lee.example';
const bo = 'email:bo@acme.example';
const names = ['capture', 'routing', 'timeline', 'crm-writeback'] as const;
type Name = (typeof names)[number];

describe('four services, each in a process of its own, over one database', () => {
  const crm = fakeEndpoint({ people: [{ id: '100', mail: 'ann@lee.example' }] });
  const processes = new Map<Name, Run>();
  let urls: TestDatabase;
  let ask: Record<Name, Told>;

  beforeAll(async () => {
    await crm.fake.start();
    urls = await migrated();
    const keys = await temporaryFolder();
    const env = {
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      DATABASE_URL: urls.service,
      PROJECTOR_URL: urls.projector,
      KEYS_URL: `file:${join(keys, 'keys.sqlite')}`,
      KEYS_KEK: join(keys, 'kek'),
      LOG_LEVEL: 'warn',
    };
    // Whoever comes first makes the key store.
    for (const name of names) processes.set(name, launch(name, env));
    const at = await Promise.all(names.map(async (name) => [name, await urlOf(name, processes.get(name)!)] as const));
    ask = Object.fromEntries(at.map(([name, url]) => [name, told(asking(url))])) as Record<Name, Told>;
  }, 120_000);
  afterAll(async () => {
    for (const { child } of processes.values()) child.kill('SIGKILL');
    await crm.fake.stop();
    await urls.drop();
  });

  it('take what a customer says to an owner, a brief and the CRM', async () => {
    const { capture, routing, timeline } = ask;
    const writeback = ask['crm-writeback'];
    await capture('/v1/own-addresses', { json: { domain: 'acme.example' } });
    await writeback('/v1/connections', {
      json: { name: 'crm', crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings, allowPrivate: true },
    }); // prettier-ignore
    await routing('/v1/teams/support', { method: 'PUT', json: { channels: ['chat'] } });
    const agent = await routing<{ id: string }>('/v1/agents', { json: { handle: bo, name: 'Bo', teams: ['support'] } });
    await routing(`/v1/agents/${agent.id}/presence`, { method: 'PUT', json: { presence: 'available' } });

    const said = interaction('1', { participants: [{ role: 'customer', handle: ann, name: 'Ann Lee' }] });
    const { position } = await capture<Captured>('/v1/interactions', { json: said });
    const brief = await timeline<Brief>(withQuery('/v1/brief', { handle: ann, minPosition: position }));
    expect(brief.lastTalkedAbout.answer).toMatchObject({ words: 'words of 1' });
    await eventually(async () => {
      const { items } = await routing<Page<object>>('/v1/matters');
      expect(items).toMatchObject([{ state: 'owned', agent: { id: agent.id } }]);
    });

    const { items } = await timeline<Page<Entry>>(`/v1/customers/${brief.customer.id}/timeline`);
    await capture(`/v1/conversations/${items[0]!.conversation}/end`, { method: 'POST' });
    await eventually(() =>
      expect(crm.records.filter(({ record }) => record.is === 'activity')).toMatchObject([{ contact: '100' }]),
    );
  }, 60_000);

  it('end in order when they are told to, and leave nothing behind', async () => {
    for (const [name, { child, ended }] of processes) {
      child.kill('SIGTERM');
      expect([name, await ended]).toEqual([name, expect.objectContaining({ code: 0, signal: null, err: '' })]);
    }
  }, 60_000);

  it.each(names)('(%s) name every setting that is missing or wrong, at once', async (name) => {
    const { code, err } = await launch(name, { HTTP_PORT: 'many', KEYS_URL: 'http://keys', KEYS_KEK: '' }).ended;
    expect(code).toBe(2);
    for (const setting of ['HTTP_PORT', 'DATABASE_URL', 'PROJECTOR_URL', 'KEYS_URL', 'KEYS_KEK'])
      expect(err).toMatch(new RegExp(`^${setting} `, 'm'));
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('tell that the database is not there, without a stack', async () => {
    const keys = await temporaryFolder();
    const { code, err } = await launch('timeline', {
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      PROJECTOR_URL: 'postgres://nobody@127.0.0.1:9/none',
      KEYS_URL: `file:${join(keys, 'keys.sqlite')}`,
      KEYS_KEK: join(keys, 'kek'),
    }).ended;
    expect(code).toBe(1);
    expect(err).toContain('timeline cannot start. The database cannot be used');
    expect(err).not.toMatch(/^\s+at /m);
  });
});
