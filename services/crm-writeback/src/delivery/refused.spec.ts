import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const ann = 'email:ann@example.com';
const pem = (name: string): Buffer => readFileSync(new URL(`../../fixtures/self-signed.${name}.pem`, import.meta.url));

describe('what is to be written to a CRM that cannot be asked', () => {
  let on: OnGround;
  const crm = fakeEndpoint();
  const tls = createServer({ key: pem('key'), cert: pem('cert') }, (_, response) => response.end('{}'));
  const tlsUrl = (): string => `https://localhost:${(tls.address() as AddressInfo).port}`;

  beforeEach(async () => {
    crm.contacts.splice(0, crm.contacts.length, { id: '100', mail: 'ann@example.com' });
    crm.records.length = 0;
    await crm.fake.start();
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    on = await ground();
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
    tls.closeAllConnections();
    await new Promise((resolve) => tls.close(resolve));
  });

  const end = async (conversation = 'c1') => {
    await on.say({ by: ann, text: 'My screen broke.', conversation });
    await on.end(conversation);
  };
  const paused = (connection: string, reason: string) =>
    eventually(async () => {
      const { body } = await on.ask(`/v1/connections/${connection}`);
      expect(body).toMatchObject({ state: 'paused', reason, detail: expect.stringMatching(/\w/) });
    });

  it.each([
    [
      'whose certificate nobody vouches for',
      () => ({ url: tlsUrl() }),
      /certificate is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      'CertificateRefused',
    ],
    [
      'at a private address that was not allowed',
      () => ({ url: tlsUrl(), allowPrivate: false }),
      /not of the public internet/,
      'PrivateAddress',
    ],
  ])('(one %s) waits, and the connection says why', async (_, at, why, reason) => {
    const connection = await on.connect({ crm: 'http', secret: signingKey, settings: crm.settings, ...at() });
    await end();
    await paused(connection, reason);
    await on.planned();
    const waiting = await on.deliveries();
    expect(waiting).toHaveLength(2);
    for (const one of waiting) expect(one).toMatchObject({ state: 'open', waits: expect.stringMatching(why) });
  });

  it('(one at whose address nothing is) waits, and is written once somebody mended that', async () => {
    const { fake } = fakeEndpoint();
    await fake.start();
    fake.next({ at: /^POST /, says: { status: 404 } });
    const connection = await on.connect({ crm: 'http', url: fake.url, secret: signingKey });
    await end();
    await paused(connection, 'NothingThere');
    fake.next({ at: /^POST /, says: { status: 202 } }, { at: /^POST /, says: { status: 202 } });
    await on.ask(`/v1/connections/${connection}/resume`, { method: 'POST' });
    expect((await on.settled()).map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
    await fake.stop();
  });

  it('(one that sends elsewhere) waits, goes nowhere else, and is written once somebody resumes it', async () => {
    const connection = await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
    // Whoever asks what it knows is sent away as well.
    crm.fake.next(...Array.from({ length: 20 }, () => mishaps.redirects('https://elsewhere.example/')));
    await end();
    await paused(connection, 'Redirected');
    expect(crm.records).toEqual([]);
    crm.fake.mishaps.length = 0;
    await on.ask(`/v1/connections/${connection}/resume`, { method: 'POST' });
    await on.settled();
    expect(crm.records.filter(({ record }) => record.is === 'activity')).toHaveLength(1);
  });

  it.each([
    ['merged into another one', () => [{ id: '200', mail: 'ann@example.com' }], 'confirmed'],
    ['deleted', () => [], 'parked'],
    ['there twice', () => ['300', '301'].map((id) => ({ id, mail: 'ann@example.com' })), 'rejected'],
  ])('(its contact is %s since) is written to whom it is by now, or left to a person', async (_, now, state) => {
    await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
    await end();
    await on.settled();
    crm.contacts.splice(0, crm.contacts.length, ...now());
    await end('c2');
    const activities = (await on.settled()).filter(({ record }) => record === 'activity');
    expect(activities.map((one) => one.state).toSorted()).toEqual(['confirmed', state].toSorted());
    const ofNow = crm.records.filter(({ contact, record }) => contact !== '100' && record.is === 'activity');
    expect(ofNow).toHaveLength(state === 'confirmed' ? 1 : 0);
  });

  it('(it is 100 KB) is written whole, or says what it leaves out', async () => {
    await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
    await end();
    const long = `${'A sentence of a long note. '.repeat(4_000)}The end.`;
    await on.note(ann, { text: long });
    await on.settled();
    expect(JSON.stringify(crm.records)).toMatch(/The end\.|… \d+ more characters/);
  });
});
