import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { open } from '../conformance/postgres.ts';
import { command, event, events, micros } from '../conformance/world.ts';
import { migrations } from '../postgres.ts';

type Row = Record<string, string>;

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  db = connect({ url: database.superuser, application: 'spec' });
  const ledger = await open(database, { writer: 'the writer' });
  await ledger.append([command('one', 's', { events: events(3) }), command('two', 'größe 🧵')]);
  const awkward = event({ data: '{"u":"\u2028","n":1.10}', meta: '{ }', occurredAt: '1999-12-31T23:59:59.999999Z' });
  await ledger.append([command('one', 's', { expected: 9 }), command('one', 's', { events: [awkward] })]);
  await ledger.append([command('one', 'large', { events: [event({ data: JSON.stringify('x'.repeat(3_000_000)) })] })]);
  await ledger.close();
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const sha256 = (...parts: (string | Buffer)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const joined = (...columns: unknown[]): string => columns.join('\u001e');
const hex = (bytes: unknown): string => (bytes as Buffer).toString('hex');

/** What anybody can compute who has the rows: written from the words of docs/guarantees.md and not from the SQL. */
const leaf = (e: Row): Buffer =>
  sha256(joined(e.position, e.tenant, e.stream, e.stream_version, e.event_id, e.type, micros(e.occurred_at!), micros(e.recorded_at!), hex(e.fingerprint), e.data, e.meta)); // prettier-ignore
const link = (before: Buffer, b: Row, leaves: readonly Buffer[]): Buffer =>
  sha256(
    before,
    sha256(joined(b.first_position, b.last_position, micros(b.recorded_at!), b.writer, b.flush, b.epoch, b.fork)),
    ...leaves,
  );

describe('the chain', () => {
  it('goes over every column of every event and batch, from the first one on', async () => {
    const { rows: log } = await db.query<Row>('select * from ledger.event order by position');
    const { rows: batches } = await db.query<Row>(
      'select b.*, f.id as fork from ledger.batch b join ledger.fork f using (epoch) order by last_position',
    );
    expect(batches.map((one) => [one.first_position, one.last_position, one.writer, one.epoch])).toEqual([
      [1n, 4n, 'the writer', 1],
      [5n, 5n, 'the writer', 1],
      [6n, 6n, 'the writer', 1],
    ]);
    let before: Buffer = Buffer.alloc(32);
    for (const one of batches) {
      const members = log.filter(({ position }) => position! >= one.first_position! && position! <= one.last_position!);
      expect(members.map(({ recorded_at }) => recorded_at)).toEqual(members.map(() => one.recorded_at));
      expect(hex(one.prev_hash)).toBe(hex(before));
      before = link(before, one, members.map(leaf));
      expect(hex(one.hash)).toBe(hex(before));
    }
  });

  it('has no column that it leaves out', async () => {
    const { rows } = await db.query<{ columns: string }>(`
      select string_agg(column_name, ' ' order by ordinal_position) as columns from information_schema.columns
      where table_schema = 'ledger' and table_name in ('event', 'batch') group by table_name order by table_name`);
    expect(rows.map(({ columns }) => columns)).toEqual([
      'last_position first_position recorded_at writer flush epoch prev_hash hash',
      'position tenant stream stream_version event_id type occurred_at recorded_at fingerprint data meta',
    ]);
  });

  it.each([
    ['position', 'position + 1'],
    ['tenant', "tenant || 'x'"],
    ['stream', "stream || 'x'"],
    ['stream_version', 'stream_version + 1'],
    ['event_id', 'gen_random_uuid()'],
    ['type', "type || 'x'"],
    ['occurred_at', "occurred_at + interval '1 microsecond'"],
    ['recorded_at', "recorded_at + interval '1 microsecond'"],
    ['fingerprint', "sha256('x')"],
    ['data', "(data::text || ' ')::json"],
    ['meta', "(meta::text || ' ')::json"],
  ])("changes an event's hash with its %s", async (column, value) => {
    const columns = 'position tenant stream stream_version event_id type occurred_at recorded_at fingerprint data meta';
    const changed = columns.split(' ').map((name) => (name === column ? value : name));
    const { rows } = await db.query<{ same: boolean }>(
      `select ledger.leaf(e) = ledger.leaf(row(${changed.join(', ')})::ledger.event) as same from ledger.event e`,
    );
    expect(rows.map(({ same }) => same)).toEqual(rows.map(() => false));
  });

  it('goes on in another epoch once the owner says that the ledger was restored, or it is on another server or place there', async () => {
    const appended = async () => {
      const ledger = await open(database);
      await ledger.append([command('one', 's')]);
      const head = await ledger.head();
      const forks = [await ledger.forkAt(6n), await ledger.forkAt(head)];
      await ledger.close();
      return forks.map((fork) => fork?.epoch);
    };
    expect(await appended()).toEqual([1, 1]);
    await db.query('select ledger.restored()');
    expect(await appended()).toEqual([1, 2]);
    await db.query(`alter table ledger.fork disable trigger grows; update ledger.fork set server = 'elsewhere'`);
    expect(await appended()).toEqual([1, 3]);
    await db.query(`update ledger.fork set home = '1/1'`);
    expect(await appended()).toEqual([1, 4]);
    expect(await appended()).toEqual([1, 4]);
    const { rows } = await db.query('select epoch, after_position::int from ledger.fork order by epoch');
    expect(rows).toEqual([
      { epoch: 1, after_position: 0 },
      { epoch: 2, after_position: 7 },
      { epoch: 3, after_position: 8 },
      { epoch: 4, after_position: 9 },
    ]);
  });
});
