import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factId, type Recorded } from '@throughline/contracts';
import { keyId, mac, quarterOf } from '@throughline/privacy';
import { eventually } from '@throughline/testing';
import { fixture, mailOf } from '../../test/fixture.ts';
import { served, type Served } from '../../test/served.ts';
import { sources } from '../sources.ts';
import { readMail } from './read.ts';
import { RawMails } from './raw.query.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
  await on.ask('/v1/own-addresses', { json: { domain: 'acme.example' } });
});
afterAll(() => on.close());

const captured = async (id: string) =>
  (await on.events()).find((event) => event.id === id) as Recorded<'InteractionCaptured'>;

const rawOf = async (id: string, bytes: Buffer) => {
  const { content } = await readMail(bytes);
  const fingerprint = mac(on.keys.secret('default', 'mac'), `mail ${content}`);
  return on.app.get(RawMails, { strict: false }).find('default', { event: id, fingerprint });
};

describe('POST /v1/emails', () => {
  it('captures a mail once, by its Message-ID, and keeps its bytes', async () => {
    const first = await on.mail(fixture('first'));
    expect(first).toMatchObject({ status: 201, body: { outcome: 'captured', id: factId('default', 'email', 'first-1@example.com') } }); // prettier-ignore
    expect((await rawOf(first.body.id, fixture('first')))?.equals(fixture('first'))).toBe(true);
    const again = await on.mail(Buffer.concat([Buffer.from('Received: by another way\r\n'), fixture('first')]));
    expect([again.status, again.body]).toEqual([200, { ...first.body, outcome: 'duplicate' }]);
    expect((await on.mail(fixture('first'), {}, '?backfill=true')).body.outcome).toBe('duplicate');
  });

  it('marks history as such', async () => {
    const { body } = await on.mail(fixture('list'), {}, '?backfill=true');
    expect((await captured(body.id)).data).toMatchObject({ backfill: true, automatic: true });
  });

  it('knows one without a Message-ID by its content', async () => {
    const first = await on.mail(fixture('no-id'));
    expect((await on.mail(fixture('no-id'))).body).toEqual({ ...first.body, outcome: 'duplicate' });
  });

  it('takes one that is dated a day ahead of what the clock says when it was read', async () => {
    const clock = on.app.get<{ now: () => Date }>(sources, { strict: false });
    const { now } = clock;
    // At the first look it is too far ahead; each look is a moment later.
    let moment = Date.UTC(2026, 10, 1, 12) - 4;
    clock.now = () => new Date((moment += 2));
    const mail = mailOf({ From: 'cy@example.com', 'Message-ID': '<edge@x>', Date: 'Mon, 02 Nov 2026 12:00:00 +0000' });
    const { status, body } = await on.mail(mail).finally(() => (clock.now = now));
    expect([status, body.outcome]).toEqual([201, 'captured']);
  });

  it('stores nothing of it in clear', async () => {
    const { body } = await on.mail(fixture('reply'));
    await on.mail(mailOf({ From: '', Subject: 'a broken screen' }));
    const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
    const { rows } = await on.db.asTenant('default', (client) =>
      client.query<{ sealed: Buffer }>(
        `select sealed from capture.own_address union all select sealed from capture.raw
         union all select sealed from capture.quarantine`,
      ),
    );
    expect(rows.length).toBeGreaterThan(2);
    const all = [stored!.data, ...rows.map(({ sealed }) => sealed.toString('latin1'))].join('\n');
    expect(all).not.toMatch(/ann@|acme\.example|screen|Subject:/i);
  });

  it('captures one that is cut short, and one with an attachment made to explode, unopened', async () => {
    expect((await on.mail(fixture('truncated'))).status).toBe(201);
    const bomb = deflateRawSync(Buffer.alloc(50 * 1_048_576));
    const mail = mailOf(
      { 'Message-ID': '<bomb@x>', 'Content-Type': 'multipart/mixed; boundary=b' },
      `--b\r\n\r\nSee it.\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${bomb.toString('base64')}\r\n--b--`,
    );
    const { body } = await on.mail(mail);
    expect((await captured(body.id)).data.attachments).toEqual([
      {
        name: 'a.zip',
        mediaType: 'application/zip',
        size: bomb.length,
        sha256: createHash('sha256').update(bomb).digest('hex'),
      },
    ]);
  });

  it('refuses nothing at all, what is too large, and what is no mail', async () => {
    expect(await on.ask('/v1/emails', { body: '', type: 'message/rfc822' })).toMatchObject({ status: 400, body: { code: 'MalformedBody' } }); // prettier-ignore
    expect((await on.ask('/v1/emails', { json: {} })).status).toBe(415);
    expect((await on.mail(Buffer.alloc(33 * 1_048_576, 'x'))).status).toBe(413);
    expect((await on.mail(fixture('first'), {}, '?backfill=maybe')).status).toBe(400);
    expect((await on.mail(fixture('first'), { 'x-tenant': 'nobody' })).status).toBe(404);
  });

  it('stores the same mail once, however many bring it at once', async () => {
    const mail = mailOf({ 'Message-ID': '<at-once@x>' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => on.mail(mail)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.position)).size).toBe(1);
  });
});

describe('quarantine', () => {
  const list = async () =>
    (await on.ask('/v1/quarantine?limit=200')).body.items as { id: string; reason: string; attempts: number }[];

  it.each([
    ['has nobody who sent it', fixture('no-sender'), 'has no sender that can be read'],
    ['has 10 000 recipients', mailOf({ To: Array.from({ length: 10_000 }, (_, at) => `p${at}@example.org`).join(', ') }), 'has more than 1 000 participants'], // prettier-ignore
    ['is a heap of bytes', Buffer.from([1, 2, 3, 255, 0]), 'has no sender that can be read'],
  ])('takes a mail that %s, with its bytes', async (_, bytes, reason) => {
    const { status, body } = await on.mail(bytes);
    expect([status, body]).toEqual([202, { outcome: 'quarantined', id: expect.any(String), reason }]);
    const item = (await on.ask(`/v1/quarantine/${body.id}`)).body;
    expect(item).toMatchObject({ reason, via: 'POST /v1/emails', size: bytes.length, attempts: 1 });
    expect(Buffer.from(item.bytes, 'base64').equals(bytes)).toBe(true);
  });

  it('holds the same mail once', async () => {
    const mail = mailOf({ From: '', 'Message-ID': '<twice@x>' });
    const [one, two] = [await on.mail(mail), await on.mail(mail)];
    expect(two.body).toEqual(one.body);
    expect((await list()).filter(({ id }) => id === one.body.id)).toMatchObject([{ attempts: 2 }]);
  });

  it('takes a mail that has the id of another one', async () => {
    const first = await on.mail(mailOf({ 'Message-ID': '<same@x>' }, 'one'));
    const second = mailOf({ 'Message-ID': '<same@x>' }, 'two');
    const { body } = await on.mail(second);
    expect(body).toMatchObject({ outcome: 'quarantined', reason: expect.stringContaining('another content') });
    expect(await rawOf(first.body.id, second)).toBeUndefined();
    expect((await captured(first.body.id)).data.text).toBe('one');
    const otherThread = await on.mail(mailOf({ 'Message-ID': '<same@x>', References: '<elsewhere@x>' }, 'one'));
    expect(otherThread.body.outcome).toBe('quarantined');
  });

  it('asks for a mail again of somebody who is being erased, and takes it for that of somebody new then', async () => {
    const mail = mailOf({ 'Message-ID': '<gone@x>', From: 'gone@example.com' });
    const gone = on.vault.handleId('default', 'email:gone@example.com');
    await on.keys.destroy('default', [keyId(gone, quarterOf(new Date()))]);
    const { status, headers } = await on.mail(mail);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(await captured(factId('default', 'email', 'gone@x'))).toBeUndefined();
    await on.keys.erase('default', [gone], []);
    expect((await on.mail(mail)).body.outcome).toBe('captured');
    expect(on.vault.handleId('default', 'email:gone@example.com')).not.toBe(gone);
  });

  it('tries again the same way, and lets go what is understood by then', async () => {
    const mail = mailOf({ 'Message-ID': '<later@x>' });
    const { id } = await on.quarantine.keep('default', {
      bytes: mail,
      reason: 'was not understood',
      via: 'spec',
      backfill: true,
    });
    const { status, body } = await on.ask(`/v1/quarantine/${id}/retry`, { method: 'POST' });
    expect([status, body.outcome]).toEqual([200, 'captured']);
    expect((await captured(body.id)).data.backfill).toBe(true);
    expect((await on.ask(`/v1/quarantine/${id}`)).status).toBe(404);
    expect((await on.ask(`/v1/quarantine/${id}/retry`, { method: 'POST' })).body.code).toBe('QuarantineUnknown');
  });

  it('tries all again', async () => {
    const before = await list();
    await on.quarantine.keep('default', { bytes: mailOf({ 'Message-ID': '<all@x>' }), reason: 'x', via: 'spec', backfill: false }); // prettier-ignore
    const { body } = await on.ask('/v1/quarantine:retry', { method: 'POST' });
    expect(body).toEqual({ captured: 1, duplicate: 0, quarantined: before.length });
    expect((await list()).map(({ attempts }) => attempts)).toEqual(before.map(({ attempts }) => attempts + 1));
  });

  it('is read page by page', async () => {
    const all = await list();
    const first = (await on.ask('/v1/quarantine?limit=2')).body;
    const rest = (await on.ask(`/v1/quarantine?limit=200&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map(({ id }: { id: string }) => id)).toEqual(all.map(({ id }) => id));
  });

  it('is each tenant’s own', async () => {
    await on.ask('/v1/tenants', { json: { name: 'other' } });
    const headers = { 'x-tenant': 'other' };
    const [{ id } = { id: '' }] = await list();
    expect((await on.ask('/v1/quarantine', { headers })).body.items).toEqual([]);
    expect((await on.ask(`/v1/quarantine/${id}`, { headers })).status).toBe(404);
    expect((await on.ask(`/v1/quarantine/${id}/retry`, { method: 'POST', headers })).status).toBe(404);
  });
});

describe('threads of mails', () => {
  const joins = async () =>
    (await on.events()).filter(
      (event): event is Recorded<'ConversationsJoined'> => event.type === 'ConversationsJoined',
    );

  it('are one conversation where each names the first', async () => {
    const [first, reply] = await Promise.all([on.mail(fixture('first')), on.mail(fixture('reply'))]);
    const [a, b] = await Promise.all([captured(first.body.id), captured(reply.body.id)]);
    expect(a.data.conversation).toBe(b.data.conversation);
  });

  it('are joined when a mail names both, into the older one', async () => {
    const one = await on.mail(mailOf({ 'Message-ID': '<one@t>' }));
    const two = await on.mail(mailOf({ 'Message-ID': '<two@t>' }));
    const bridge = await on.mail(mailOf({ 'Message-ID': '<three@t>', References: '<two@t> <one@t>' }));
    const [older, younger] = await Promise.all([captured(one.body.id), captured(two.body.id)]);
    await eventually(async () =>
      expect((await joins()).map(({ data }) => data)).toContainEqual({
        into: older.data.conversation,
        from: younger.data.conversation,
        evidence: [bridge.body.id],
      }),
    );
  });

  it('never reach into another tenant', async () => {
    await on.ask('/v1/tenants', { json: { name: 'third' } });
    const here = await on.mail(mailOf({ 'Message-ID': '<shared@t>' }));
    const { body } = await on.mail(mailOf({ 'Message-ID': '<answer@t>', References: '<shared@t>' }), {
      'x-tenant': 'third',
    });
    const there = (await on.events('third')).find(({ id }) => id === body.id) as Recorded<'InteractionCaptured'>;
    expect(there.data.conversation).not.toBe((await captured(here.body.id)).data.conversation);
  });
});
