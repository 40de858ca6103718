import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeEndpoint, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';
import type { Sources } from '../sources.ts';
import { Connections } from './connection.query.ts';

const ann = 'email:ann@example.com';

describe('a connection', () => {
  let on: OnGround;
  const crm = fakeEndpoint();
  beforeEach(async () => {
    await crm.fake.start();
    on = await ground();
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
  });

  it('that is new is written all that came after its head, though others plan while it is added', async () => {
    crm.contacts.push({ id: '100', mail: 'ann@example.com' });
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    const { db, projectorDb, vault, keys, ledger, feed } = on;
    const head = async (): Promise<bigint> => {
      const at = await ledger.head();
      await on.note(ann, { text: 'She called again.' });
      // Time enough for whoever plans to pass it by; how long it takes them decides nothing.
      await Promise.race([on.planned(), pause(1_000)]);
      return at;
    };
    const sources: Sources = { db, projectorDb, vault, keys, feed, ledger: { ...ledger, head }, now: () => new Date() };
    const { url } = crm.fake;
    const settings = crm.settings;
    const how = { id: randomUUID(), name: 'crm', crm: 'http', url, settings, allowPrivate: true };
    await new Connections(sources).add('default', { ...how, secret: signingKey, by: 'spec' });
    expect(await on.settled()).toMatchObject([{ record: 'note', state: 'confirmed' }]);
  });

  it('is not paused by a fault of before somebody resumed it, or gave it another secret', async () => {
    const { db, projectorDb, vault, keys, ledger, feed } = on;
    const connections = new Connections({ db, projectorDb, vault, keys, feed, ledger, now: () => new Date() });
    const { url } = crm.fake;
    const id = await on.connect({ crm: 'http', url, secret: signingKey, settings: crm.settings });
    const fault = { code: 'Redirected', detail: 'It sends elsewhere.' };
    for (const mend of [() => connections.resume('default', id), () => connections.rotate('default', id, signingKey)]) {
      const before = await connections.get('default', id);
      await connections.pauseFor(before, fault);
      expect(await connections.get('default', id)).toMatchObject({ state: 'paused', reason: 'Redirected' });
      await connections.resume('default', id);
      const then = await connections.get('default', id);
      await mend();
      await connections.pauseFor(then, fault);
      expect(await connections.get('default', id)).toMatchObject({ state: 'active' });
    }
  });
});
