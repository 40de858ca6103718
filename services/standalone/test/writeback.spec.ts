import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, signingKey, temporaryFolder } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { cli, cliJson, type Counts, type Status } from './cli.ts';
import { asSuperuser } from './database.ts';
import { type Batch, interaction, madeMails } from './made.ts';
import type { Brief, Entry, Page } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const ann = 'email:ann@lee.example';
const bo = 'email:bo@acme.example';

type Delivery = {
  readonly id: string;
  readonly record: string;
  readonly state: string;
  readonly remote?: string;
  readonly reason?: string;
};

let server: Standalone;
let ask: Asking;
let get: Told;
let folder: string;
const crm = fakeEndpoint();

/** How often the CRM was asked for anything. */
const calls = (): number => crm.fake.asked.length;

const run = <Value>(args: string, code = 0): Promise<Value> => cliJson<Value>(server.url, args.split(' '), code);
const deliveries = async (code = 0) => (await run<{ items: Delivery[] }>('writeback list', code)).items;

/** Somebody writes in a conversation, and the session ends. */
const talk = async (handle: string, conversation: string, ...texts: string[]): Promise<void> => {
  const said = texts.map((text, nth) =>
    interaction(`${conversation}-${nth}`, {
      conversation,
      occurredAt: new Date().toISOString(),
      text,
      participants: [
        { role: 'customer', handle },
        { role: 'agent', handle: bo },
      ],
    }),
  );
  const { results } = await get<Batch>('/v1/interactions:batch', { json: said });
  const { customer } = await get<Brief>(withQuery('/v1/brief', { handle, minPosition: results.at(-1)!.position! }));
  const { items } = await get<Page<Entry>>(`/v1/customers/${customer.id}/timeline?limit=1`);
  await get(`/v1/conversations/${items[0]!.conversation}/end`, { json: { outcome: 'resolved' } });
};

/** Everything that there is was heard by everybody who writes back. */
const caughtUp = () =>
  eventually(async () => {
    const { head, projections } = await get<Status>('/v1/status');
    const behind = projections.filter(({ position }) => position < head);
    expect(behind.map(({ name }) => name)).toEqual([]);
  });

beforeAll(async () => {
  folder = await temporaryFolder();
  await crm.fake.start();
  crm.contacts.push({ id: '100', mail: 'ann@lee.example', fields: { tier: 'gold', value: 12_000 } });
  server = await standalone();
  ask = asking(server.url);
  get = told(ask);
  await get('/v1/own-addresses', { json: { domain: 'acme.example' } });
}, 120_000);
afterAll(async () => {
  await server.kill();
  await crm.fake.stop();
});

describe('a CRM', () => {
  it('is connected by the command line, which tells what it can and never the secret', async () => {
    const { items } = await run<{ items: { crm: string }[] }>('connections kinds');
    expect(items.map((one) => one.crm)).toEqual(expect.arrayContaining(['customermates', 'hubspot', 'http']));
    const [secret, settings] = [join(folder, 'secret'), join(folder, 'settings.json')];
    await writeFile(secret, signingKey);
    await writeFile(settings, JSON.stringify(crm.settings));
    const added = await cli(
      server.url,
      ...`connections add helpdesk --crm http --at ${crm.fake.url} --allow-private --secret-file ${secret} --settings ${settings}`.split(
        ' ',
      ),
    );
    expect(added).toMatchObject({ code: 0, err: '' });
    expect(added.out).toContain('helpdesk is connected.');
    const listed = await cli(server.url, 'connections', 'list', '--json');
    expect(listed.out).toContain('"state":"active"');
    for (const out of [added.out, listed.out, server.err()]) expect(out).not.toContain(signingKey.slice(6));
    expect((await cli(server.url, 'connections', 'test', 'helpdesk')).code).toBe(0);
  }, 60_000);

  it('is told once what came of a conversation, as soon as it is over', async () => {
    await talk(ann, 'chat-1', 'My screen broke.', 'A new one is on its way.');
    await eventually(async () => expect(await deliveries()).toHaveLength(2));
    await eventually(async () =>
      expect((await deliveries()).map(({ record, state }) => `${record} ${state}`).toSorted()).toEqual([
        'activity confirmed',
        'contact confirmed',
      ]),
    );
    const [written, ...others] = crm.records.filter(({ record }) => record.is === 'activity');
    expect(others).toEqual([]);
    expect(written).toMatchObject({ contact: '100' });
    expect(JSON.stringify(written)).toContain('My screen broke.');
    const activity = (await deliveries()).find(({ record }) => record === 'activity')!;
    expect(await run<Delivery>(`writeback show ${activity.id}`)).toMatchObject({ remote: written!.id });
  }, 60_000);

  it('is asked what it knows of who is heard of', async () => {
    await eventually(async () => {
      const events = (await get<string>('/v1/events')).split('\n').filter((line) => line.includes('CrmContextRead'));
      expect(events).toHaveLength(1);
    });
  });

  it('is written nothing while it is paused, and all of it once it is resumed', async () => {
    await run('connections pause helpdesk');
    await talk(ann, 'chat-2', 'It has not come.');
    await eventually(async () => expect((await deliveries()).filter(({ state }) => state === 'open')).toHaveLength(2));
    const before = crm.records.length;
    await run('connections resume helpdesk');
    await eventually(() => expect(crm.records.length).toBeGreaterThan(before));
    expect(crm.records.filter(({ record }) => record.is === 'activity')).toHaveLength(2);
  }, 60_000);

  it('that does not know a contact leaves it to a person, who has it tried again or drops it', async () => {
    await talk('email:new@lee.example', 'chat-3', 'Hello?');
    await eventually(async () =>
      expect((await deliveries(3)).filter(({ state }) => state === 'parked')).toMatchObject([
        { reason: 'ContactMissing' },
        { reason: 'ContactMissing' },
      ]),
    );
    const [contact, activity] = (await deliveries(3)).filter(({ state }) => state === 'parked');
    crm.contacts.push({ id: '101', mail: 'new@lee.example' });
    await run(`writeback retry ${activity!.id}`);
    await run(`writeback drop ${contact!.id}`);
    await eventually(async () => {
      expect(await run<Delivery>(`writeback show ${activity!.id}`)).toMatchObject({ state: 'confirmed' });
      expect(await run<Delivery>(`writeback show ${contact!.id}`)).toMatchObject({ state: 'dropped' });
    });
    expect(crm.records.filter((one) => one.contact === '101')).toHaveLength(1);
  }, 60_000);
});

describe('what is shown of everything at work', () => {
  it('names those that write back, each with a digest of its rows', async () => {
    const { projections } = await run<Status>('status --checksums');
    const named = new Map(projections.map(({ name, checksum }) => [name, checksum]));
    for (const name of ['timeline', 'identity', 'search', 'capture', 'routing', 'writeback', 'writeback.planner'])
      expect([name, named.get(name)]).toEqual([name, expect.stringMatching(/^\w+/)]);
  });
});

describe('history', () => {
  /** What routing and crm-writeback appended. */
  const decided = async (): Promise<string[]> =>
    (await get<string>('/v1/events'))
      .split('\n')
      .filter((line) => /"type":"[^"]*(Matter|Turn|Promise|Delivery|CrmContext|Task)/.test(line));

  it('that is imported has nothing decided and nothing written', async () => {
    await caughtUp();
    const [events, before] = [await decided(), calls()];
    expect(events.length).toBeGreaterThan(0);
    const mails = await temporaryFolder();
    for (const { name, text } of madeMails(60)) await writeFile(join(mails, name), text);
    expect(await run<Counts>(`import ${mails}`)).toMatchObject({ captured: 60 });
    await caughtUp();
    expect(await decided()).toEqual(events);
    expect(calls()).toBe(before);
  }, 90_000);

  it('that is heard anew, from the first event on, has nothing decided and nothing written', async () => {
    const rowsOf = async () => {
      const { projections } = await run<Status>('status --checksums');
      return projections.filter(({ name }) => name !== 'capture').map(({ name, checksum }) => `${name} ${checksum}`);
    };
    await caughtUp();
    const [events, before, rows] = [await decided(), calls(), await rowsOf()];
    const listed = await deliveries();
    const db = await asSuperuser(server.dir);
    await db.tx(async (client) => {
      const { rows: made } = await client.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where tablename <> 'migration'
           and (schemaname in ('timeline', 'identity', 'routing') or schemaname = 'writeback' and tablename = any($1))`,
        [['joined', 'session', 'last_contact', 'last_meeting', 'delivery', 'step', 'person']],
      );
      await client.query(`truncate ${made.map(({ name }) => name).join(', ')}`);
      await client.query(`delete from read_model.checkpoint where projection <> 'capture'`);
    });
    await db.close();
    await server.stop();
    server = await standalone({ dir: server.dir });
    ask = asking(server.url);
    get = told(ask);
    await caughtUp();
    expect(await rowsOf()).toEqual(rows);
    expect(await decided()).toEqual(events);
    expect(await deliveries()).toEqual(listed);
    expect(calls()).toBe(before);
  }, 120_000);
});
