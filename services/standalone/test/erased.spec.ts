import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, lookout, lookThrough, temporaryFolder } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { cliJson } from './cli.ts';
import { asSuperuser, tablesOf } from './database.ts';
import { type Captured, interaction, mail } from './made.ts';
import type { Brief, Page } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

/** What there is of one person and of nobody else, and of another one who stays. */
const gone = {
  name: 'Zelphira Öquist',
  address: 'zelphira.oquist',
  words: 'snorvelte grimbachtig',
  subject: 'Verknarzter Plombusschirm',
  quoted: 'einstige Dromelfrage',
  attachment: 'frandelwisch-akte.pdf',
  phone: '4915198765012',
  details: 'trimbolin-geraet',
  note: 'wastlinger zugesagt',
  task: 'glompfeln bis Montag',
  edited: 'nachgetragenes Fizzelwerk',
  changed: 'quorbelnd umgeschrieben',
} as const;
const stays = { name: 'Hubrecht Talwin', address: 'hubrecht.talwin', words: 'schlanfer mompeltier' } as const;

// Her organisation is none of hers: it stays.
const her = `email:${gone.address}@wibbelwerk.example`;
const him = `email:${stays.address}@talwinia.example`;
const agent = { role: 'agent' as const, handle: 'email:bo@acme.example' };

const herMail = mail(
  {
    From: `=?utf-8?q?${gone.name.replace(' ', '_').replace('Ö', '=C3=96')}?= <${gone.address}@wibbelwerk.example>`,
    To: 'help@acme.example',
    Subject: gone.subject,
    Date: 'Mon, 4 May 2026 09:30:00 +0000',
    'Message-ID': '<one@wibbelwerk.example>',
    'Content-Type': 'multipart/mixed; boundary="part"',
  },
  [
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Hello, ${gone.words}.`,
    '',
    'On 3 May 2026 at 09:30 Acme <help@acme.example> wrote:',
    `> ${gone.quoted}`,
    '--part',
    'Content-Type: application/pdf',
    `Content-Disposition: attachment; filename="${gone.attachment}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`%PDF ${gone.words}`).toString('base64'),
    '--part--',
  ].join('\r\n'),
);

const wanted = lookout([...Object.values(gone), ...gone.name.split(' '), ...gone.words.split(' ')]);
const env = { ERASURE_SETTLES: '0', LOG_LEVEL: 'trace' };

type Line = { text?: string; erased?: true; expired?: true; type: string };
type CloudEvent = { erased?: true; data: { text?: string; subject?: string } };
type Erasure = { id: string; state: string; certificate?: { stores: { name: string; is: string }[] } };

let server: Standalone;
let ask: Asking;
let get: Told;
let log = '';
/** The data folder. */
let dir: string;
/** It as it was before, the keys aside: what a backup of the data holds. */
let backup: string;
/** And what one of the keys does. */
let olderKeys: string;

const start = async (dir?: string): Promise<void> => {
  server = await standalone({ ...(dir !== undefined && { dir }), env });
  ask = asking(server.url);
  get = told(ask);
};
const stop = async (): Promise<void> => {
  await server.stop();
  log += server.out() + server.err();
};

const live = async (): Promise<void> => {
  await get('/v1/own-addresses', { json: { domain: 'acme.example' } });
  expect((await ask('/v1/emails', { mail: herMail })).status).toBe(201);
  // Another content under the same id: it is kept as it came, in quarantine.
  expect((await ask('/v1/emails', { mail: herMail.replace('Hello', gone.changed) })).status).toBe(202);
  const participants = [
    {
      role: 'customer' as const,
      handle: her,
      name: gone.name,
      also: [{ handle: `tel:+${gone.phone}`, verified: true }],
    },
    agent,
  ];
  const said = { text: gone.words, participants, details: { device: gone.details } };
  const { id } = await get<Captured>('/v1/interactions', { json: interaction('hers', said) });
  const control = {
    text: stays.words,
    participants: [{ role: 'customer' as const, handle: him, name: stays.name }, agent],
  };
  const { position } = await get<Captured>('/v1/interactions', { json: interaction('his', control) });
  const { customer } = await get<Brief>(withQuery('/v1/brief', { handle: her, minPosition: position }));
  await get(`/v1/interactions/${id}/amendments`, { json: { change: 'edited', text: gone.edited } });
  await get(`/v1/customers/${customer.id}/notes`, { json: { discussed: gone.words, decided: gone.note } });
  const task = { what: gone.task, owner: agent.handle, due: '2030-01-02T09:00:00Z' };
  const { position: last } = await get<{ position: number }>(`/v1/customers/${customer.id}/tasks`, { json: task });
  await get(withQuery('/v1/brief', { handle: her, minPosition: last }));
};

const erase = async (): Promise<Erasure> => {
  const { customer } = await get<Brief>(withQuery('/v1/brief', { handle: her }));
  const { id } = await get<Erasure>(`/v1/customers/${customer.id}`, { method: 'DELETE' });
  return eventually(async () => {
    const erasure = await get<Erasure>(`/v1/erasures/${id}`);
    expect(erasure.state).toBe('complete');
    return erasure;
  });
};

const events = async (): Promise<CloudEvent[]> =>
  (await get<string>('/v1/events'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CloudEvent);

const found = async (q: string): Promise<number> =>
  (await get<Page<object>>(withQuery('/v1/search', { q }))).items.length;

beforeAll(async () => {
  await start();
  ({ dir } = server);
  await live();
  expect([await found(gone.words), await found(stays.words)].every((count) => count > 0)).toBe(true);
  await stop();
  backup = await temporaryFolder();
  await cp(join(dir, 'postgres'), join(backup, 'postgres'), { recursive: true, preserveTimestamps: true });
  await cp(join(dir, 'installation.json'), join(backup, 'installation.json'));
  olderKeys = await temporaryFolder();
  await cp(join(dir, 'keys'), olderKeys, { recursive: true });
  await start(dir);
}, 240_000);
afterAll(() => server.kill());

describe('somebody who was erased', () => {
  it('is let go of by every store, and the certificate says so', async () => {
    const { certificate } = await erase();
    expect(certificate!.stores.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ledger', 'keys', 'quarantine']),
    );
  }, 60_000);

  it('is opened by nobody: of the events the facts are left, and of others all is there', async () => {
    const all = await events();
    expect(all.filter(({ erased }) => erased).length).toBeGreaterThan(4);
    expect(all.map(({ data }) => data.text).filter(Boolean)).toEqual([stays.words]);
    expect(wanted.look(Buffer.from(JSON.stringify(all)), 'events')).toEqual([]);
    expect((await ask(withQuery('/v1/brief', { handle: her }))).status).toBe(404);
    expect((await get<Brief>(withQuery('/v1/brief', { handle: him }))).customer.name).toBe(stays.name);
  });

  it('is not brought back by another content under an id of hers: that is the same, and kept nowhere', async () => {
    expect((await ask('/v1/emails', { mail: herMail.replace('Hello', gone.changed) })).status).toBe(200);
    for (const conversation of ['hers', 'elsewhere']) {
      const participants = [{ role: 'customer' as const, handle: her, name: gone.name }, agent];
      const said = interaction('hers', { text: gone.changed, participants, conversation });
      expect((await ask('/v1/interactions', { json: said })).status).toBe(200);
    }
    expect((await get<Page<object>>('/v1/quarantine')).items).toEqual([]);
  });

  it('is found by no word and no name; the other one is', async () => {
    for (const needle of Object.values(gone)) expect([needle, await found(needle)]).toEqual([needle, 0]);
    for (const q of [gone.name, gone.address])
      expect((await get<Page<object>>(withQuery('/v1/customers', { q }))).items).toEqual([]);
    expect([await found(stays.words), await found(stays.name)]).toEqual([1, 1]);
  });

  it('stands in no export, though that is opened; the other one does', async () => {
    const folder = await temporaryFolder();
    for (const format of ['ndjson', 'csv', 'parquet'])
      await cliJson(server.url, ['events', 'export', '--format', format, '--out', join(folder, `all.${format}`)]);
    expect((await lookThrough(folder, wanted)).found).toEqual([]);
    const control = await lookThrough(folder, lookout([stays.words]));
    expect(control.found.map(({ where }) => where)).toContain(join(folder, 'all.ndjson'));
  }, 60_000);

  it('stands in no row of any table, as a dump would have it', async () => {
    const db = await asSuperuser(server.dir);
    for (const { name } of await tablesOf(db, { withTenant: false })) {
      const { rows } = await db.query<{ row: string }>(`select t::text as row from ${name} t`);
      for (const { row } of rows) expect(wanted.look(Buffer.from(row), name)).toEqual([]);
    }
    await db.close();
  });

  it('leaves a ledger that verifies, and rows that are made anew the same', async () => {
    expect(await get('/v1/ledger/verify')).toMatchObject({ ok: true });
    for (const name of ['timeline', 'identity', 'search']) {
      await cliJson(server.url, ['projections', 'rebuild', name]);
      expect(await cliJson(server.url, ['projections', 'diff', name])).toMatchObject({ same: true });
    }
  }, 120_000);

  it('lies in no file of the data folder, log and keys among them', async () => {
    await stop();
    expect((await lookThrough(server.dir, wanted)).found).toEqual([]);
    expect(wanted.look(Buffer.from(log), 'its log')).toEqual([]);
  }, 60_000);

  it('is not brought back by an older backup of the data, opened with the keys as they are now', async () => {
    const restored = await temporaryFolder();
    for (const part of ['postgres', 'installation.json'])
      await cp(join(backup, part), join(restored, part), { recursive: true, preserveTimestamps: true });
    await mkdir(join(restored, 'keys'), { recursive: true, mode: 0o700 });
    await cp(join(server.dir, 'keys'), join(restored, 'keys'), { recursive: true });
    await start(restored);
    const all = await events();
    expect(all.filter(({ erased }) => erased).length).toBeGreaterThan(4);
    expect(all.map(({ data }) => data.text).filter(Boolean)).toEqual([stays.words]);
    expect(wanted.look(Buffer.from(JSON.stringify(all)), 'events')).toEqual([]);
    const { customer } = await get<Brief>(withQuery('/v1/brief', { handle: him }));
    const { items } = await get<Page<Line>>(`/v1/customers/${customer.id}/timeline`);
    expect(items.map(({ text }) => text)).toContain(stays.words);
    await stop();
    expect((await lookThrough(restored, wanted)).found).toEqual([]);
  }, 120_000);

  it('is erased again from older keys that are brought back', async () => {
    const restored = await temporaryFolder();
    for (const part of ['postgres', 'installation.json'])
      await cp(join(dir, part), join(restored, part), { recursive: true, preserveTimestamps: true });
    await cp(olderKeys, join(restored, 'keys'), { recursive: true });
    await start(restored);
    const all = await events();
    expect(all.map(({ data }) => data.text).filter(Boolean)).toEqual([stays.words]);
    expect(wanted.look(Buffer.from(JSON.stringify(all)), 'events')).toEqual([]);
    await stop();
    expect(log).toContain('older keys were brought back');
    expect((await lookThrough(restored, wanted)).found).toEqual([]);
  }, 120_000);
});
