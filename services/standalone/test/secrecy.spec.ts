import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, lookout, lookThrough, spellingsOf } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { asSuperuser, tablesOf } from './database.ts';
import { collector } from './collector.ts';
import { type Captured, interaction, mail } from './made.ts';
import type { Brief, Customer, Page, Written } from './shapes.ts';
import { addressIn, type Standalone, standalone } from './standalone.ts';

/** One thing of each kind that somebody might not want to be read; every one is nowhere else in the world. */
const secret = {
  name: 'Qwyzara Vøxlund',
  address: 'qwyzara.voxlund',
  domain: 'voxlundia.example',
  subject: 'Zerbruchener Kwixschirm',
  words: 'blimfrotteur ächzte gwarkelig',
  quoted: 'frühere Zwurbelmeldung',
  attachment: 'vertraulich-jörxel.pdf',
  header: 'xylomarnic-hostname',
  other: 'orrin.pfazzle',
  key: 'kwarbel-ticket-77812',
  conversation: 'flonzig-thread-4471',
  phone: '4915121147093',
  organisation: 'Wumbrecht Gaxer GmbH',
  details: 'zonklime-device',
  social: 'frumptious_wexel',
  note: 'plimsarg vereinbart',
  task: 'schnurfeln bis Freitag',
  outcome: 'erledigt mit Braxknopf',
  owner: 'Tizzelda Grawnk',
  ownerAddress: 'tizzelda.grawnk',
  edited: 'umgeschriebenes Dwelkfeld',
  reason: 'falsch zugeordnet vom Knarzler',
  unreadable: 'quibblesnork unlesbar',
  refused: 'xanthippel-refused',
  sought: 'gesuchtes murfelwort',
} as const;

const ann = `email:${secret.address}@${secret.domain}`;
const bo = `email:${secret.ownerAddress}@acme.example`;

const plainMail = mail(
  {
    'Delivered-To': 'help@acme.example',
    From: `=?utf-8?q?${secret.name.replace(' ', '_').replace('ø', '=C3=B8')}?= <${secret.address}@${secret.domain}>`,
    To: `Acme <help@acme.example>, ${secret.other}@elsewhere.example`,
    Subject: secret.subject,
    Date: 'Mon, 4 May 2026 09:30:00 +0000',
    'Message-ID': `<${secret.key}@${secret.domain}>`,
    'X-Originating-Host': secret.header,
    'Content-Type': 'multipart/mixed; boundary="part"',
  },
  [
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    `Guten Tag, ${secret.words.replace('ä', '=C3=A4')}.`,
    '',
    'Am 3. Mai 2026 um 09:30 schrieb Acme <help@acme.example>:',
    `> ${secret.quoted.replace('ü', '=C3=BC')}`,
    '--part',
    'Content-Type: application/pdf',
    `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(secret.attachment)}`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`%PDF ${secret.words}`).toString('base64'),
    '--part--',
  ].join('\r\n'),
);

const said = interaction(secret.key, {
  source: 'helpdesk',
  conversation: secret.conversation,
  subject: secret.subject,
  text: `${secret.words} ${secret.sought}`,
  participants: [
    {
      role: 'customer',
      handle: ann,
      name: secret.name,
      account: { key: secret.domain, name: secret.organisation },
      also: [
        { handle: `tel:+${secret.phone}`, verified: true },
        { handle: `twitter:${secret.social}`, verified: false },
      ],
    },
    { role: 'agent', handle: bo, name: secret.owner },
  ],
  attachments: [{ name: secret.attachment, mediaType: 'application/pdf', size: 3 }],
  details: { device: [{ host: secret.details }], [secret.details]: 1 },
});

let traces: Awaited<ReturnType<typeof collector>>;
let server: Standalone;
let ask: Asking;
let get: Told;

/** Everything that can be written is written, and everything that can be asked for is asked for once. */
const live = async (): Promise<void> => {
  await get('/v1/own-addresses', { json: { address: `${secret.ownerAddress}@acme.example` } });
  expect((await ask('/v1/emails?backfill=true', { mail: plainMail })).status).toBe(201);
  const { id: event, position } = await get<Captured>('/v1/interactions', { json: said });
  const { customer } = await get<Brief>(withQuery('/v1/brief', { handle: ann, minPosition: position }));
  expect(customer).toMatchObject({ name: secret.name, accounts: [{ name: secret.organisation }] });
  const of = `/v1/customers/${customer.id}`;
  await get(`/v1/interactions/${event}/amendments`, {
    json: { change: 'edited', text: secret.edited, reason: secret.reason },
  });
  await get(`/v1/interactions/${event}/kind`, { json: { kind: 'support' } });
  const nextStep = { what: secret.task, owner: bo };
  await get(`${of}/notes`, { json: { discussed: secret.words, decided: secret.note, nextStep } });
  await get(`${of}/owner`, { json: { owner: bo, name: secret.owner } });
  await get(`/v1/accounts/${customer.accounts[0]!.id}/owner`, { json: { owner: bo, name: secret.owner } });
  const task = await get<Written>(`${of}/tasks`, {
    json: { what: secret.task, owner: bo, due: '2026-01-02T09:00:00Z' },
  });
  await get(`/v1/tasks/${task.id}/completion`, { json: { outcome: secret.outcome } });
  const link = await get<Written>(`${of}/links`, {
    json: { handle: `${secret.other}@elsewhere.example`.replace(/^/, 'email:') },
  });
  const retracted = await get<Written>(`${of}/links/${link.id}`, { method: 'DELETE', json: { reason: secret.reason } });
  await get(`${of}/timeline?type=all&minPosition=${retracted.position}`);
};

/** What goes wrong is told to the caller, and to nobody else. */
const fail = async (): Promise<void> => {
  const bad = {
    ...said,
    key: secret.refused,
    channel: secret.refused,
    [secret.refused]: secret.words,
    text: `\0${secret.words}`,
  };
  expect((await ask('/v1/interactions', { json: bad })).status).toBe(422);
  expect((await ask('/v1/interactions', { json: { ...said, text: secret.refused } })).status).toBe(409);
  expect((await ask(`/v1/${encodeURIComponent(secret.refused)}?q=${secret.refused}`)).status).toBe(404);
  expect(
    (await ask('/v1/interactions', { method: 'POST', headers: { 'content-type': 'application/json' } })).status,
  ).toBe(422);
  expect((await ask('/v1/interactions:batch', { ndjson: `{"text":"${secret.refused}"\n` })).status).toBe(200);
  expect((await ask(withQuery('/v1/brief', { handle: `email:${secret.refused}@x.example` }))).status).toBe(404);
  const changed = plainMail.replace('Guten Tag', secret.unreadable);
  expect((await ask('/v1/emails', { mail: changed })).status).toBe(202);
  expect((await ask('/v1/emails', { mail: `${secret.unreadable}\r\n\r\n` })).status).toBe(202);
};

/** What is asked for by words is found, and the words are kept nowhere. */
const search = async (): Promise<void> => {
  const found = async (q: string) => (await get<Page<{ customer?: Customer }>>(withQuery('/v1/search', { q }))).items;
  expect((await found(secret.sought)).length).toBeGreaterThan(0);
  expect((await found(secret.note)).length).toBeGreaterThan(0);
  const { items } = await get<Page<Customer>>(withQuery('/v1/customers', { q: secret.name }));
  expect(items).toHaveLength(1);
  await get(withQuery(`/v1/customers/${items[0]!.id}/timeline`, { participant: bo }));
  await get('/v1/quarantine:retry', { method: 'POST' });
  await get('/v1/events');
};

beforeAll(async () => {
  traces = await collector();
  server = await standalone({ env: { ...traces.env, LOG_LEVEL: 'trace' } });
  ask = asking(server.url);
  get = told(ask);
  await live();
  await fail();
  await search();
}, 120_000);
afterAll(async () => {
  await server.kill();
  await traces.close();
});

describe('what people wrote and are called', () => {
  const needles = Object.values(secret);
  const wanted = lookout([
    ...needles,
    ...secret.name.split(' '),
    ...secret.words.split(' ').filter((word) => word.length > 7),
  ]);

  it('is looked for in every way of writing it', () => {
    for (const needle of needles)
      for (const { as, bytes } of spellingsOf(needle)) {
        expect(bytes.length).toBeGreaterThan(6);
        const hidden = Buffer.concat([Buffer.from('..'), bytes, Buffer.from('..')]);
        expect(wanted.look(hidden, 'here')).toContainEqual({ needle, as, where: 'here' });
      }
    for (const before of ['', '1', '22', '333']) {
      const hidden = Buffer.from(Buffer.from(`${before}${secret.words}, and more`).toString('base64'));
      expect(wanted.look(hidden, 'here')).toContainEqual(expect.objectContaining({ needle: secret.words }));
    }
  });

  it('stands in no row of any table', async () => {
    const db = await asSuperuser(server.dir);
    const found: unknown[] = [];
    let rowsSeen = 0;
    for (const { name } of await tablesOf(db, { withTenant: false })) {
      const { rows } = await db.query<{ row: string }>(`select t::text as row from ${name} t`);
      rowsSeen += rows.length;
      for (const { row } of rows) found.push(...wanted.look(Buffer.from(row), name));
    }
    await db.close();
    expect(found).toEqual([]);
    expect(rowsSeen).toBeGreaterThan(100);
  });

  it('stands in nothing that the process said', () => {
    expect(server.err()).toMatch(/"status":422/);
    for (const line of server.err().trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ name: 'standalone', level: expect.any(Number) });
    expect(wanted.look(Buffer.from(server.err() + server.out()), 'its log')).toEqual([]);
  });

  it('stands in no metric, and in no span', async () => {
    const metrics = await (await fetch(addressIn(server.out(), 'metrics'))).text();
    expect(metrics).toMatch(/status="422"/);
    expect(wanted.look(Buffer.from(metrics), 'metrics')).toEqual([]);
    await eventually(() => expect(traces.spans().map(({ name }) => name)).toContain('GET /v1/search'));
    expect(traces.bodies.flatMap((body) => wanted.look(body, 'spans'))).toEqual([]);
  });

  it('lies in no file of the data folder, the keys aside; and a word that is stored in clear is found there', async () => {
    const control = 'the-word-in-clear-gnorbel';
    const db = await asSuperuser(server.dir);
    await db.query('create table public.control as select $1::text as word', [control]);
    await db.query('checkpoint');
    await db.close();
    await server.stop();
    const looked = await lookThrough(server.dir, lookout([...needles, control]), [join(server.dir, 'keys')]);
    expect(looked.found.filter(({ needle }) => needle !== control)).toEqual([]);
    expect(looked.found.filter(({ where }) => where.includes('/pg_wal/'))).not.toEqual([]);
    expect(looked.found.filter(({ where }) => where.includes('/base/'))).not.toEqual([]);
    expect(looked.files).toBeGreaterThan(900);
    expect(looked.size).toBeGreaterThan(20_000_000);
  }, 60_000);
});
