import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beside } from '@throughline/service';
import { type Served, served } from '../../test/served.ts';

const nothing = '00000000-0000-4000-8000-000000000000';

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

type Item = { id: string; attempts: number; dismissed?: { at: string; by: string; reason: string } };

const mail = (text: string): Buffer => Buffer.from(`Subject: nobody sent this\r\n\r\n${text}`);
const held = async (text: string): Promise<string> => (await on.mail(mail(text))).body.id;
const dismiss = (id: string, json: object = { reason: 'a copy of the other one' }, actor = 'ann') =>
  on.ask(`/v1/quarantine/${id}/dismiss`, { json, headers: { 'x-actor': actor } });
const list = async (query = ''): Promise<Item[]> => (await on.ask(`/v1/quarantine?limit=200${query}`)).body.items;
const idsOf = async (query = '') => (await list(query)).map(({ id }) => id);

describe('what is quarantined', () => {
  it('is told apart by its sender and subject as they stand there, and by the file that it came from first', async () => {
    const raw = Buffer.from('From: =?utf-8?q?Zo=C3=AB?=\r\nSubject: =?utf-8?b?TcO8bGw=?=\r\n\r\nNo address.');
    const { body } = await on.mail(raw, {}, '?file=mails/z.mbox%232');
    await on.mail(raw, {}, '?file=other.eml');
    const label = { from: 'Zoë', subject: 'Müll', file: 'mails/z.mbox#2' };
    expect((await on.ask('/v1/quarantine')).body.items).toMatchObject([{ id: body.id, attempts: 2, ...label }]);
    expect((await on.ask(`/v1/quarantine/${body.id}`)).body).toMatchObject(label);
    const { rows } = await on.db.asTenant('default', (client) =>
      client.query<{ label: string }>("select encode(label, 'escape') as label from capture.quarantine"),
    );
    expect(rows).toEqual([{ label: expect.not.stringMatching(/Zo|z\.mbox/) }]);
    await on.quarantine.remove('default', body.id);
  });
});

describe('what is quarantined and nobody wants', () => {
  it('is dismissed: who did it, when and why is kept with its bytes, and it is not listed unless asked for', async () => {
    const [id, open] = [await held('dismissed'), await held('open')];
    const { status, body } = await dismiss(id);
    const dismissed = { at: expect.any(String), by: 'ann', reason: 'a copy of the other one' };
    expect([status, body]).toMatchObject([200, { id, reason: 'has no sender that can be read', dismissed }]);
    expect([await idsOf(), await idsOf('&state=dismissed')]).toEqual([[open], [id]]);
    expect(await idsOf('&state=all')).toEqual([id, open]);
    const { body: shown } = await on.ask(`/v1/quarantine/${id}`);
    expect(shown).toMatchObject({ dismissed });
    expect(Buffer.from(shown.bytes, 'base64').equals(mail('dismissed'))).toBe(true);
  });

  it('is counted no more: neither of its tenant nor of all', async () => {
    const { quarantined } = beside(on.db);
    const [ofTenant, ofAll] = [await quarantined('default'), await on.quarantine.countAll()];
    const id = await held('counted');
    expect([await quarantined('default'), await on.quarantine.countAll()]).toEqual([ofTenant + 1, ofAll + 1]);
    await dismiss(id);
    expect([await quarantined('default'), await on.quarantine.countAll()]).toEqual([ofTenant, ofAll]);
  });

  it('stays as the first one said, and dismissed where the same comes in again', async () => {
    const id = await held('again');
    const { body: first } = await dismiss(id);
    expect((await dismiss(id, { reason: 'another one' }, 'bo')).body).toEqual(first);
    expect(await on.mail(mail('again'))).toMatchObject({
      status: 200,
      body: { outcome: 'duplicate', id, reason: expect.stringContaining('dismissed') },
    });
    expect(await idsOf()).not.toContain(id);
    expect((await list('&state=dismissed')).find((one) => one.id === id)).toMatchObject({ attempts: 2, dismissed: { by: 'ann' } });
  }); // prettier-ignore

  it('is tried again where it is named, and not among all', async () => {
    const id = await held('retried');
    await dismiss(id);
    const { body: all } = await on.ask('/v1/quarantine:retry', { method: 'POST' });
    expect(all).toEqual({ captured: 0, duplicate: 0, quarantined: (await list()).length });
    const { status, body } = await on.ask(`/v1/quarantine/${id}/retry`, { method: 'POST' });
    expect([status, body]).toMatchObject([200, { outcome: 'quarantined', id }]);
    expect((await list('&state=dismissed')).find((one) => one.id === id)).toMatchObject({ attempts: 2 });
  });

  it('needs a reason, and is of one tenant', async () => {
    const id = await held('kept');
    for (const json of [{}, { reason: '' }, { reason: 'x'.repeat(1_001) }]) {
      const { status, body } = await dismiss(id, json);
      expect([status, body.errors[0]?.pointer]).toEqual([422, '/reason']);
    }
    await on.ask('/v1/tenants', { json: { name: 'other' } });
    const headers = { 'x-tenant': 'other' };
    const foreign = await on.ask(`/v1/quarantine/${id}/dismiss`, { json: { reason: 'x' }, headers });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'QuarantineUnknown']);
    expect((await dismiss(nothing)).body.code).toBe('QuarantineUnknown');
    expect((await on.ask('/v1/quarantine?state=gone')).status).toBe(400);
    expect(await idsOf()).toContain(id);
  });
});
