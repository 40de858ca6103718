import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { KeyDestroyed, keyId } from '@throughline/privacy';
import { eventually, fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';
import { rememberContact } from '../contact/contact.query.ts';
import { Connections } from './connection.query.ts';

const ann = 'email:ann@example.com';

describe('a connection that is removed', () => {
  let on: OnGround;
  let crm: ReturnType<typeof fakeEndpoint>;
  const connected = () => on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
  const remove = (id: string, tenant?: string) => on.ask(`/v1/connections/${id}`, { method: 'DELETE', tenant });
  const statesOf = async (connection: string) =>
    (await on.deliveries(`&connection=${connection}`)).map(({ state, reason }) => ({ state, reason }));

  beforeEach(async () => {
    crm = fakeEndpoint();
    await crm.fake.start();
    crm.contacts.push({ id: '100', mail: 'ann@example.com' });
    on = await ground();
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
  });

  it('is gone with its secret, and for good: a second time there is none', async () => {
    const id = await connected();
    expect(await on.keys.ownedBy('default', id)).toHaveLength(1);
    expect((await remove(id, 'other')).body.code).toBe('ConnectionUnknown');
    expect(await remove(id)).toMatchObject({ status: 200, body: { id, unwritten: 0 } });
    expect(await on.keys.ownedBy('default', id)).toEqual([]);
    // Nor does whoever gives it a secret at that moment seal it, in whichever quarter that is.
    await expect(on.keys.keys('default', [keyId(id, '2099Q1')])).rejects.toThrow(KeyDestroyed);
    const { rows } = await on.projectorDb.query('select keys, sealed from writeback.connection where id = $1', [id]);
    expect(rows).toEqual([{ keys: [], sealed: Buffer.of() }]);
    expect((await on.ask('/v1/connections')).body.items).toEqual([]);
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/pause'], ['POST', '/resume'], ['POST', '/test'], ['POST', '/rotate']] as const) {
      const json = path === '/rotate' ? { secret: signingKey } : path === '/test' ? {} : undefined;
      const { status, body } = await on.ask(`/v1/connections/${id}${path}`, { method, json });
      expect([method, path, status, body.code]).toEqual([method, path, 404, 'ConnectionUnknown']);
    }
  }); // prettier-ignore

  it('is gone also while somebody copies the keys, and the end of its key has to wait for that', async () => {
    const id = await connected();
    const erase = on.keys.erase.bind(on.keys);
    on.keys.erase = async (...asked) => {
      await erase(...asked);
      throw new Error('another process still reads the log');
    };
    expect(await remove(id)).toMatchObject({ status: 200, body: { id } });
    expect((await on.ask('/v1/connections')).body.items).toEqual([]);
    const other = await connected();
    on.keys.erase = () => Promise.reject(new Error('the disk is away'));
    expect((await remove(other)).status).toBe(500);
    expect((await on.ask(`/v1/connections/${other}`)).body.state).toBe('active');
  });

  it('leaves its name to another, and is not brought back by who repeats that it was to be added', async () => {
    const json = { name: 'crm', crm: 'http', url: crm.fake.url, secret: signingKey, allowPrivate: true };
    const add = () => on.ask('/v1/connections', { json, key: 'k-1' });
    const { body: first } = await add();
    await remove(first.id);
    expect(await add()).toMatchObject({ status: 409, body: { code: 'ConnectionRemoved' } });
    expect(await connected()).not.toBe(first.id);
  });

  it('is written nothing more: what waited or was set aside is dropped on record, what was written stays listed', async () => {
    const id = await connected();
    await on.say({ by: ann, text: 'Hi!', conversation: 'c' });
    await on.note(ann, { text: 'Written.' });
    await on.note('tel:+14155550100', { text: 'Nobody there knows this number.' });
    expect((await on.settled()).map(({ state }) => state)).toEqual(['confirmed', 'parked']);
    await on.ask(`/v1/connections/${id}/pause`, { method: 'POST' });
    await on.note(ann, { text: 'Waits.' });
    await on.planned();
    const asked = crm.fake.asked.length;
    expect((await remove(id)).body).toEqual({ id, unwritten: 2 });
    await eventually(async () =>
      expect(await statesOf(id)).toEqual([
        { state: 'confirmed' },
        { state: 'dropped', reason: 'ConnectionRemoved' },
        { state: 'dropped', reason: 'ConnectionRemoved' },
      ]),
    );
    expect((await on.deliveries('&state=confirmed'))[0]).toMatchObject({ connectionName: 'crm' });
    await on.note(ann, { text: 'After it.' });
    await on.planned();
    expect(await on.events('DeliveryPlanned')).toHaveLength(3);
    expect(crm.fake.asked).toHaveLength(asked);
    const { rowCount } = await on.projectorDb.query('select from writeback.contact where connection = $1', [id]);
    expect(rowCount).toBe(0);
  });

  it('is told as written to where something was on its way at that moment', async () => {
    const id = await connected();
    await on.say({ by: ann, text: 'Hi!', conversation: 'c' });
    crm.fake.next(mishaps.isSlow(5_000));
    await on.note(ann, { text: 'On its way.' });
    await eventually(() => expect(crm.records).toHaveLength(1));
    await remove(id);
    await eventually(async () => expect(await on.events('DeliveryDropped')).toHaveLength(1));
    await eventually(async () => expect(await statesOf(id)).toEqual([{ state: 'confirmed' }]));
  });

  it('holds up no other one while what was on its way there hangs', async () => {
    const id = await connected();
    await on.say({ by: ann, text: 'Hi!', conversation: 'c' });
    crm.fake.next(mishaps.hangs());
    await on.note(ann, { text: 'Hangs.' });
    await eventually(() => expect(crm.fake.asked.filter(({ method }) => method === 'POST')).toHaveLength(1));
    await remove(id);
    await eventually(async () => expect(await on.events('DeliveryDropped')).toHaveLength(1));
    const other = await connected();
    await on.note(ann, { text: 'For the other one.' });
    await eventually(async () => expect(await statesOf(other)).toEqual([{ state: 'confirmed' }]));
  }, 60_000);

  it('is also left by a process that planned for it at that moment, or died before it dropped anything', async () => {
    const id = await connected();
    await on.ask(`/v1/connections/${id}/pause`, { method: 'POST' });
    await remove(id);
    const [delivery, reference] = [randomUUID(), randomUUID()];
    const data = {
      delivery,
      connection: id,
      reference,
      record: 'note',
      subject: on.idOf(ann),
      note: reference,
    } as const;
    await on.append('default', streamOf.delivery(delivery), 'DeliveryPlanned', data, '2026-05-04T09:30:00Z', delivery);
    await eventually(async () =>
      expect(await statesOf(id)).toEqual([{ state: 'dropped', reason: 'ConnectionRemoved' }]),
    );
  });

  it('is remembered no contact of by who found one at that moment', async () => {
    const id = await connected();
    const remembered = async () => {
      await rememberContact(on, 'default', id, on.idOf(ann), '100');
      return (await on.projectorDb.query('select from writeback.contact where connection = $1', [id])).rowCount;
    };
    expect(await remembered()).toBe(1);
    await remove(id);
    expect(await remembered()).toBe(0);
  });

  it('is not there again by a fault that came too late', async () => {
    const { db, projectorDb, vault, keys, ledger, feed } = on;
    const connections = new Connections({ db, projectorDb, vault, keys, feed, ledger, now: () => new Date() });
    const before = await connections.get('default', await connected());
    await remove(before.id);
    await connections.pauseFor(before, { code: 'Redirected', detail: 'It sends elsewhere.' });
    expect(await connections.list('default')).toEqual([]);
  });
});
