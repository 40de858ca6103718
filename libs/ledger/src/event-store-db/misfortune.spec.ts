import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, standIn, type StandIn, type TestDatabase } from '@throughline/testing';
import { open } from '../conformance/event-store-db.ts';
import { appendOne, command, event, everything, stored } from '../conformance/world.ts';
import { InvalidCommand, type Ledger } from '../ledger.ts';
import { migrations } from '../postgres.ts';
import { openServer } from './client.ts';
import { ForeignEvent } from './record.ts';

let database: TestDatabase;
let facts: Database;
let server: StandIn;
let ledger: Ledger;
let other: Ledger;
beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  facts = connect({ url: database.projector, application: 'spec' });
  server = await standIn();
  [ledger, other] = [await open(database, server.url), await open(database, server.url)];
}, 60_000);
afterAll(async () => {
  await Promise.all([ledger.close(), other.close()]);
  await server.close();
  await facts.close();
  await database.drop();
});

describe('the ledger in EventStoreDB', () => {
  it('stores once what arrives late, when another process was asked meanwhile and the stream went on', async () => {
    const one = command('late', 's');
    const arrive = server.delayNextAppend();
    const [mine, theirs] = [await appendOne(ledger, one), await appendOne(other, one)];
    expect([mine.is, theirs.is]).toEqual(['appended', 'duplicate']);
    await appendOne(other, command('late', 's'));
    await arrive();
    expect((await ledger.read('late', 's')).map(({ id }) => id).filter((id) => id === one.events[0]!.id)).toHaveLength(
      1,
    );
    expect(await ledger.read('late', 's')).toHaveLength(2);
  });

  it('gives back ids that came to nothing', async () => {
    const one = command('back', 's', { expected: 3, events: [event()] });
    expect(await appendOne(ledger, one)).toEqual({ is: 'conflict', actual: 0 });
    expect((await appendOne(ledger, { ...one, stream: 't', expected: 'none' })).is).toBe('appended');
  });

  it('reads on where subscriptions break off', async () => {
    const after = await ledger.head();
    await ledger.append(Array.from({ length: 20 }, (_, at) => command('tired', `s${at % 3}`)));
    server.tire(3);
    const log = await everything(ledger, after, 'tired');
    server.tire(0);
    expect(log).toHaveLength(20);
    expect(log).toEqual(await everything(ledger, after, 'tired'));
  });

  it('reads from any number on, and notes anew where events are when the notes are lost', async () => {
    const positions = [];
    for (const stream of ['a', 'b', 'c']) positions.push(...stored(await appendOne(ledger, command('lost', stream))).positions); // prettier-ignore
    await facts.query('delete from ledger.event_store_fact');
    const log = await everything(ledger, 0n, 'lost', 1);
    expect(log.map(({ position }) => position)).toEqual(positions);
    expect((await ledger.tail(positions[1]! - 1n, { limit: 1 }))[0]).toEqual(log[1]);
    const { rows } = await facts.query('select event_id as id from ledger.event_store_fact where position = any($1)', [positions]); // prettier-ignore
    expect(rows).toEqual(expect.arrayContaining(log.slice(0, 2).map(({ id }) => ({ id }))));
  });

  it('refuses what it cannot store, and what it cannot do', async () => {
    const large = command('refused', 's', { events: [event({ data: JSON.stringify('x'.repeat(17_000_000)) })] });
    const [bad, good] = await Promise.allSettled([appendOne(ledger, large), appendOne(ledger, command('refused', 's'))]); // prettier-ignore
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(InvalidCommand) });
    expect(bad).toMatchObject({ reason: { field: 'events', message: expect.stringContaining('EventStoreDB takes at once') } }); // prettier-ignore
    expect(good).toMatchObject({ status: 'fulfilled', value: { is: 'appended', versions: [1] } });
    const moving = command('refused', 's', { checkpoint: { consumer: 'c', from: 0n, to: 1n } });
    await expect(appendOne(ledger, moving)).rejects.toMatchObject({ name: 'InvalidCommand', field: 'checkpoint' });
  });

  it('stops at an event in its streams that is not its own', async () => {
    const somebody = openServer(server.url);
    const metadata = { tenant: 'foreign' } as never;
    await somebody.append('throughline-foreign/s', 0, [{ id: event().id, type: 'X', data: Buffer.from('{}'), metadata }]); // prettier-ignore
    await somebody.close();
    await expect(ledger.read('foreign', 's')).rejects.toThrow(ForeignEvent);
    await expect(ledger.tail(0n, { tenant: 'foreign' })).rejects.toThrow('was not appended by a ledger');
  });
});
