import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { open } from '../conformance/postgres.ts';
import { command, event, events } from '../conformance/world.ts';
import type { Position } from '../ledger.ts';
import { migrations } from '../postgres.ts';
import { BeyondHead, type Verdict, verifyLedger } from './verify.ts';

let database: TestDatabase;
let projector: Database;
let superuser: Database;
// Batches: 1, 2–4, 5, 6–7, 8.
const head = 8n;

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  projector = connect({ url: database.projector, application: 'spec' });
  superuser = connect({ url: database.superuser, application: 'spec' });
  const ledger = await open(database);
  await ledger.append([command('one', 's')]);
  await ledger.append([command('one', 's', { events: events(2) }), command('two', 'größe 🧵')]);
  await ledger.append([command('one', 's', { events: [event({ data: '{"u":"\u2028","n":1.10}', meta: '{ }' })] })]);
  await ledger.append([command('one', 't', { events: events(2) })]);
  await ledger.append([command('two', 't')]);
  await ledger.close();
  await superuser.query('create schema kept');
  for (const table of ['event', 'batch'])
    await superuser.query(`create table kept.${table} as select * from ledger.${table}`);
});
afterAll(async () => {
  await Promise.all([projector.close(), superuser.close()]);
  await database.drop();
});

/** As somebody does who has the server: past triggers and policies. */
const tamper = (...statements: string[]) =>
  superuser.tx(async (client) => {
    await client.query('set local session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
  });

afterEach(() =>
  tamper(
    'delete from ledger.event',
    'delete from ledger.batch',
    'insert into ledger.event select * from kept.event',
    'insert into ledger.batch select * from kept.batch',
  ),
);

const found = async (options?: { from?: Position; to?: Position }): Promise<Verdict> =>
  verifyLedger(projector, options);

describe('verifying the ledger', () => {
  it('finds nothing where nothing is wrong, and answers the hash at the head', async () => {
    const { rows } = await superuser.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from ledger.batch order by last_position desc limit 1`,
    );
    expect(await found()).toEqual({ ok: true, from: 1n, to: head, hash: rows[0]!.hash });
  });

  it('looks at whole batches of a range', async () => {
    expect(await found({ from: 3n, to: 6n })).toMatchObject({ ok: true, from: 2n, to: 7n });
    expect(await found({ from: head, to: head })).toMatchObject({ ok: true, from: 8n, to: 8n });
  });

  it('refuses a range that begins or ends where nothing is', async () => {
    await expect(found({ from: 9n })).rejects.toThrow(BeyondHead);
    await expect(found({ to: 9n })).rejects.toThrow('there is no event at 9: the ledger ends at 8');
  });

  it.each([
    ['tenant', "tenant || 'x'"],
    ['stream', "stream || 'x'"],
    ['stream_version', 'stream_version + 100'],
    ['event_id', 'gen_random_uuid()'],
    ['type', "type || 'x'"],
    ['occurred_at', "occurred_at + interval '1 microsecond'"],
    ['recorded_at', "recorded_at + interval '1 microsecond'"],
    ['fingerprint', "sha256('x')"],
    ['data', "(data::text || ' ')::json"],
    ['meta', "(meta::text || ' ')::json"],
  ])('finds that %s of an event was changed', async (column, value) => {
    await tamper(`update ledger.event set ${column} = ${value} where position = 5`);
    expect(await found()).toEqual({
      ok: false,
      position: 5n,
      reason: 'the event at 5, or the batch itself, was changed',
    });
  });

  it.each([
    ['first_position', 'first_position + 1', 5n],
    ['recorded_at', "recorded_at + interval '1 microsecond'", 6n],
    ['writer', "writer || 'x'", 6n],
    ['flush', 'gen_random_uuid()', 6n],
    ['epoch', 'epoch + 1', 6n],
    ['prev_hash', "sha256('x')", 6n],
    ['hash', "sha256('x')", 6n],
  ])('finds that %s of a batch was changed', async (column, value, at) => {
    await tamper(`update ledger.batch set ${column} = ${value} where last_position = 7`);
    const verdict = await found();
    expect(verdict).toMatchObject({ ok: false });
    if (column !== 'first_position') expect(verdict).toMatchObject({ position: at });
  });

  it('finds an event that was deleted, the head among them', async () => {
    await tamper('delete from ledger.event where position = 3');
    expect(await found()).toEqual({ ok: false, position: 3n, reason: 'the event is missing' });
    await tamper('insert into ledger.event select * from kept.event where position = 3');
    await tamper('delete from ledger.event where position = 8');
    expect(await found()).toEqual({ ok: false, position: 8n, reason: 'the event is missing' });
  });

  it('finds events that were exchanged', async () => {
    await tamper(
      'update ledger.event set position = -1 where position = 6',
      'update ledger.event set position = 6 where position = 7',
      'update ledger.event set position = 7 where position = -1',
    );
    expect(await found()).toMatchObject({ ok: false, position: 6n });
  });

  it.each([0n, 9n])('finds an event at %s that is in no batch', async (position) => {
    await tamper(
      `insert into ledger.event select ${position}, tenant, stream, 100, gen_random_uuid(), type, occurred_at,
        recorded_at, fingerprint, data, meta from ledger.event where position = 8`,
    );
    expect(await found()).toEqual({ ok: false, position, reason: 'the event is in no batch' });
  });

  it('finds a batch that was deleted, and one that was put in', async () => {
    await tamper('delete from ledger.batch where last_position = 5');
    expect(await found()).toMatchObject({
      ok: false,
      position: 5n,
      reason: 'the batch that holds position 5 is missing',
    });
    await tamper(
      'insert into ledger.batch select * from kept.batch where last_position = 5',
      `insert into ledger.batch select 6, 6, recorded_at - interval '1 microsecond', writer, flush, epoch, prev_hash, hash
        from kept.batch where last_position = 7`,
    );
    expect(await found()).toMatchObject({ ok: false, position: 6n });
  });
});
