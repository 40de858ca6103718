import { createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Certificate, certificateText } from '@throughline/contracts';
import { verifyLedger } from '@throughline/ledger';
import { signingKey, Vault } from '@throughline/privacy';
import { eventually, temporaryFolder } from '@throughline/testing';
import { mailOf } from '../../test/fixture.ts';
import { said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';
import { Quarantine } from '../quarantine/quarantine.query.ts';

let on: Served;
let key: string;
beforeAll(async () => {
  key = join(await temporaryFolder(), 'key.pem');
  signingKey(key, true);
  on = await served({ ERASURE_SETTLES: 0, KEYS_BACKUP_DAYS: 7, CHECKPOINT_KEY: key });
});
afterAll(() => on.close());

type Erasure = { id: string; position: number; state: string; waitsFor?: string[]; certificate: Certificate };

const by = async (path: string) => (await on.ask(path)).body as unknown as Erasure;
const erased = (id: string) =>
  eventually(async () => {
    const found = await by(`/v1/erasures/${id}`);
    expect(found.state).toBe('complete');
    return found;
  });
const idOf = (handle: string) => on.vault.handleId('default', handle);
const say = (from: string, more: object = {}) =>
  on.ask('/v1/interactions', { json: said({ participants: [{ role: 'customer', handle: from }], ...more }) });
const erase = (id: string) => on.ask(`/v1/customers/${id}/data`, { method: 'DELETE' });

describe('an erasure', () => {
  it('leaves nothing that could be opened, says so in a signed certificate, and is done once', async () => {
    const [ann, alsoAnn, bob] = ['email:ann@example.com', 'tel:+14155550100', 'email:bob@example.com'] as const;
    await say(ann, { text: 'a cracked screen', participants: [{ role: 'customer', handle: ann, also: [{ handle: alsoAnn, verified: true }] }] }); // prettier-ignore
    await say(bob, { text: 'a broken key' });
    const [id, other] = [idOf(ann), idOf(alsoAnn)];
    const { status, body } = await erase(id);
    expect([status, body]).toMatchObject([202, { state: 'erasing' }]);
    const { certificate } = await erased(body.id);
    expect(certificate).toMatchObject({
      erasure: body.id,
      customer: expect.stringMatching(`${id}|${other}`),
      subjects: expect.arrayContaining([id, other]),
      position: body.position,
    });
    expect(certificate.stores.find(({ name }) => name === 'identity@2')).toMatchObject({ is: 'removed' });
    expect(Date.parse(certificate.backupsUntil) - Date.parse(certificate.keysDestroyedAt)).toBe(7 * 86_400_000);
    const { publicKey } = signingKey(key, false);
    const isSigned = (one: Certificate) =>
      verify(null, Buffer.from(certificateText(one)), createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), Buffer.from(one.signature!, 'base64')); // prettier-ignore
    expect(isSigned(certificate)).toBe(true);
    expect(isSigned({ ...certificate, completedAt: '2026-01-01T00:00:00Z' })).toBe(false);

    const texts = JSON.stringify(await on.events(), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)); // prettier-ignore
    expect(texts).not.toMatch(/ann@example|cracked|4155550100/);
    expect(texts).toMatch(/a broken key/);
    for (const again of [id, other]) expect((await erase(again)).body.id).toBe(body.id);
    expect((await on.events()).filter(({ type }) => type === 'SubjectErased')).toHaveLength(1);
    expect(await on.ask('/v1/erasures')).toMatchObject({ body: { items: [{ id: body.id, state: 'complete' }] } });
    for (const one of [id, other]) expect(await on.ask(`/v1/erasures?customer=${one}`)).toMatchObject({ body: { items: [{ id: body.id }] } }); // prettier-ignore
    expect((await on.ask(`/v1/erasures?customer=${idOf(bob)}`)).body).toMatchObject({ items: [] });
    expect((await on.ask('/v1/audit')).body.items).toMatchObject([{ what: 'erase', count: 2 }]);
  });

  it('knows nobody who was never there', async () => {
    expect((await erase('0b4b1f0e-5d39-8b8a-9d6e-0d4f4c1f9a11')).status).toBe(404);
    expect((await on.ask('/v1/erasures/0b4b1f0e-5d39-8b8a-9d6e-0d4f4c1f9a11')).status).toBe(404);
  });

  it('makes a new person of who writes again', async () => {
    const first = 'email:cleo@example.com';
    await say(first, { key: 'before' });
    const [old] = [idOf(first)];
    const { body } = await erase(old);
    expect((await say(first, { key: 'before' })).body.outcome).toBe('duplicate');
    expect((await say(first, { key: 'after', text: 'hello again' })).body.outcome).toBe('captured');
    const now = idOf(first);
    expect(now).not.toBe(old);
    await erased(body.id);
    const { body: second } = await erase(now);
    expect(second.id).not.toBe(body.id);
    expect(idOf(first)).not.toBe(now);
    await erased(second.id);
  });

  it('takes mails as they came, and what of the person is quarantined, with it', async () => {
    const from = 'Dora Doe <dora@example.com>';
    await on.mail(mailOf({ From: from, 'Message-ID': '<one@example.com>' }));
    // The same id with other words, and a mail that cannot be read: both are kept as they came.
    await on.mail(mailOf({ From: from, 'Message-ID': '<one@example.com>' }, 'Other words.'));
    const { body: unread } = await on.mail(
      mailOf({ From: '', To: 'eve@example.com', 'Message-ID': '<two@example.com>' }, 'About dora@example.com'),
    );
    // What nobody wants is searched as well.
    await on.ask(`/v1/quarantine/${unread.id}/dismiss`, { json: { reason: 'nobody sent it' } });
    await on.mail(mailOf({ From: '', To: 'eve@example.com', 'Message-ID': '<three@example.com>' }, 'Of nobody.'));
    const unnamed = mailOf({ From: '', To: 'eve@example.com', 'Message-ID': '<four@example.com>' }, 'Of nobody, too.');
    await on.mail(unnamed, {}, '?file=dora@example.com/4.eml');
    expect((await on.quarantine.list('default', undefined, 10)).length).toBe(4);
    const { body } = await erase(idOf('email:dora@example.com'));
    const { certificate } = await erased(body.id);
    expect(certificate.stores).toMatchObject(expect.arrayContaining([
      { name: 'mails', is: 'removed', count: 1 },
      { name: 'quarantine', is: 'removed', count: 3 },
    ])); // prettier-ignore
    expect(await on.quarantine.list('default', undefined, 10)).toHaveLength(1);
    // The same mail from an archive is known, and its bytes are not kept anew.
    expect((await on.mail(mailOf({ From: from, 'Message-ID': '<one@example.com>' }))).body.outcome).toBe('duplicate');
    const { rows } = await on.db.asTenant('default', (client) => client.query('select from capture.raw'));
    expect(rows).toHaveLength(0);
  });

  it('keeps nothing of what was quarantined where it comes again, however much later', async () => {
    const from = 'Zed <zed@example.com>';
    const crowd = Array.from({ length: 1_101 }, (_, at) => `c${at}@crowd.example`).join(', ');
    const many = mailOf({ From: from, Cc: crowd, 'Message-ID': '<many@example.com>' });
    await on.mail(mailOf({ From: from, 'Message-ID': '<few@example.com>' }));
    const { body: kept } = await on.mail(many);
    expect(kept).toMatchObject({ outcome: 'quarantined', reason: expect.stringContaining('participants') });
    const before = await on.quarantine.list('default', undefined, 10);
    await erased((await erase(idOf('email:zed@example.com'))).body.id);
    expect(await on.mail(many)).toMatchObject({
      status: 200,
      body: { outcome: 'duplicate', id: kept.id, reason: expect.stringContaining('erased') },
    });
    // The quarter after has a key of its own; none is made.
    const later = new Vault(on.keys, () => new Date(Date.now() + 100 * 86_400_000));
    const what = { bytes: many, reason: 'again', via: 'a spec', backfill: true };
    expect(await new Quarantine({ ...on, vault: later }).keep('default', what)).toEqual({ is: 'erased', id: kept.id });
    expect(await on.quarantine.list('default', undefined, 10)).toEqual(before.filter(({ id }) => id !== kept.id));
    // Other words of theirs are those of somebody new.
    const anew = mailOf({ From: from, Cc: crowd, 'Message-ID': '<anew@example.com>' });
    expect((await on.mail(anew)).body.outcome).toBe('quarantined');
  });

  it('leaves a chain that verifies', async () => {
    expect(await verifyLedger(on.projectorDb)).toMatchObject({ ok: true });
  });
});
