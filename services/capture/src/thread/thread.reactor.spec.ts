import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, streamOf } from '@throughline/contracts';
import { follow, migrations as feedMigrations, wholeLedger } from '@throughline/feed';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { connect, type Database } from '@throughline/postgres';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { postgres, type TestDatabase } from '@throughline/testing';
import { captureReactor } from '../reactor.ts';
import { oneWith } from './thread.query.ts';
import { threadReactor } from './thread.reactor.ts';

let urls: TestDatabase;
let db: Database;
beforeAll(async () => {
  urls = await postgres({
    read_model: readModelMigrations,
    feed: feedMigrations,
    capture: new URL('../../migrations', import.meta.url),
  });
  db = connect({ url: urls.projector, application: 'spec' });
});
afterAll(async () => {
  await db.close();
  await urls.drop();
});

const id = (name: string) => derivedId('spec', name);
const reactor = (ledger: Pick<Ledger, 'append'>, at: Pick<Database, 'query' | 'tx'> = db) =>
  projection(captureReactor([threadReactor(ledger)]), { db: at });

/** A mail of a tenant that names others; its conversation is that of the first of them. */
const mail = async (ledger: Ledger, tenant: string, key: string, ...others: string[]) => {
  const conversation = id(others[0] ?? key);
  const data = {
    source: 'email', channel: 'email', direction: 'inbound', conversation, author: 0, participants: [],
    mentions: [key, ...others].map(id),
  }; // prettier-ignore
  const event = { id: id(`${tenant} ${key}`), type: 'InteractionCaptured', occurredAt: '2026-05-04T09:30:00Z', data: JSON.stringify(data), meta: '{"actor":"spec","schema":1}' }; // prettier-ignore
  await ledger.append([{ tenant, stream: streamOf.conversation(conversation), expected: 'any', events: [event] }]);
};

const joins = async (ledger: Ledger, tenant: string) =>
  (await ledger.tail(0n, { tenant }))
    .filter(({ type }) => type === 'ConversationsJoined')
    .map(({ data }) => JSON.parse(data));

const fresh = async () => {
  await db.query('update read_model.checkpoint set position = 0, turn = turn + 1');
  await db.query('delete from capture.mention');
  await db.query('delete from capture.conversation');
};

const runToHead = async (ledger: Ledger, ...consumers: ReturnType<typeof reactor>[]) => {
  const followings = consumers.map((consumer) => follow(ledger, consumer, { pollMs: 20 }));
  const head = await ledger.head();
  for (const following of followings) expect(await following.waitFor(head, 20_000)).toBe(true);
  await Promise.all(followings.map((following) => following.stop()));
};

describe('the reactor of threads', () => {
  it('joins once, though it died between the ledger and its rows', async () => {
    await fresh();
    const ledger = memoryLedger();
    await mail(ledger, 'acme', 'a');
    await mail(ledger, 'acme', 'b');
    await mail(ledger, 'acme', 'c', 'b', 'a');
    const dies: Pick<Database, 'query' | 'tx'> = {
      ...db,
      query: (query, values) =>
        typeof query === 'object' && query.text.startsWith('with moved')
          ? Promise.reject(new Error('killed'))
          : db.query(query, values),
    };
    const dying = reactor(ledger, dies);
    const after = await dying.position(wholeLedger);
    const events = await ledger.tail(after);
    const batch = { partition: wholeLedger, after, to: 3n, events, park: [], unpark: [] };
    await expect(dying.apply(batch)).rejects.toThrow('killed');
    expect(await joins(ledger, 'acme')).toHaveLength(1);
    await runToHead(ledger, reactor(ledger));
    expect(await joins(ledger, 'acme')).toEqual([{ into: id('a'), from: id('b'), evidence: [id('acme c')] }]);
    expect(await oneWith(db, 'acme', id('b'))).toEqual([id('a'), id('b')]);
  });

  it('joins once, though several work at it', async () => {
    await fresh();
    const ledger = memoryLedger();
    for (let nth = 0; nth < 30; nth += 1) await mail(ledger, 'acme', `m${nth}`);
    for (let nth = 1; nth < 30; nth += 1) await mail(ledger, 'acme', `x${nth}`, `m${nth}`, `m${nth - 1}`);
    await runToHead(ledger, reactor(ledger), reactor(ledger), reactor(ledger));
    expect(await joins(ledger, 'acme')).toHaveLength(29);
    expect(await oneWith(db, 'acme', id('m17'))).toHaveLength(30);
  });

  it('comes to the same by one event at a time as by all at once', async () => {
    const run = async (limit: number) => {
      await fresh();
      const ledger = memoryLedger();
      for (const [key, ...others] of ['a', 'b', 'c', 'd', 'e c', 'f d b', 'g f e', 'h a', 'i g'].map((all) =>
        all.split(' '),
      ))
        await mail(ledger, 'acme', key!, ...others);
      const following = follow(ledger, reactor(ledger), { limit, pollMs: 20 });
      expect(await following.waitFor(await ledger.head(), 20_000)).toBe(true);
      await following.stop();
      const { rows } = await db.query(
        'select conversation, elder, first_position from capture.conversation order by 1',
      );
      return { joins: await joins(ledger, 'acme'), rows };
    };
    const [slow, fast] = [await run(1), await run(1_000)];
    expect(slow).toEqual(fast);
    expect(slow.joins.length).toBeGreaterThan(2);
  });

  it('keeps tenants apart', async () => {
    await fresh();
    const ledger = memoryLedger();
    await mail(ledger, 'acme', 'a');
    await mail(ledger, 'beta', 'b');
    await mail(ledger, 'acme', 'c', 'b');
    await mail(ledger, 'acme', 'd', 'b', 'a');
    await runToHead(ledger, reactor(ledger));
    expect([await joins(ledger, 'acme'), await joins(ledger, 'beta')]).toEqual([
      [expect.objectContaining({ into: id('a') })],
      [],
    ]);
  });

  it('does not join where the ledger takes nothing, and does not go on', async () => {
    await fresh();
    const ledger = memoryLedger();
    for (const key of ['a', 'b']) await mail(ledger, 'acme', key);
    await mail(ledger, 'acme', 'c', 'b', 'a');
    const refusing = reactor({ append: async () => [{ is: 'refused', reason: 'KeyDestroyed' }] });
    const batch = { partition: wholeLedger, after: await refusing.position(wholeLedger), to: 3n, events: await ledger.tail(0n), park: [], unpark: [] }; // prettier-ignore
    await expect(refusing.apply(batch)).rejects.toThrow('was not stored');
    expect(await refusing.position(wholeLedger)).toBe(0n);
  });
});
