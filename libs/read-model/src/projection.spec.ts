import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, CheckpointMoved, Poison, wholeLedger } from '@throughline/feed';
import type { StoredEvent } from '@throughline/ledger';
import fc from 'fast-check';
import { type SpecDatabase, specDatabase } from '../test/database.ts';
import { added, anyScript, kept, replaced, type Script, scripted, storedEvent, tables } from '../test/scripted.ts';
import { checksumOf } from './checksum.ts';
import { type Projection, projection } from './projection.ts';
import { projector } from './projector.ts';
import { table } from './table.ts';

const typed = table({
  name: 'spec.typed',
  columns: {
    tenant: 'text',
    id: 'uuid',
    i: 'integer',
    n: 'bigint?',
    yes: 'boolean?',
    at: 'timestamptz?',
    json: 'json?',
    bytes: 'bytea?',
    texts: 'text[]?',
    ids: 'uuid[]?',
    words: 'tsvector?',
  },
  key: ['tenant', 'id'],
  merge: 'replace',
});

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase([...tables, typed]);
});
beforeEach(() => db.clear());
afterAll(() => db.close());

const deps = () => ({ db: db.projector });
const batchOf = (after: number, events: readonly StoredEvent[]): Batch => ({
  partition: wholeLedger,
  after: BigInt(after),
  to: events.at(-1)?.position ?? BigInt(after),
  events,
  park: [],
  unpark: [],
});
const started = async (fresh: Projection = projection(scripted, deps())) => {
  await fresh.position(wholeLedger);
  return fresh;
};
const put = (row: object, of: { name: string } = replaced): Script => ({
  changes: [{ table: of.name, is: 'put', row: { id: '1', ...row } }],
});
const rowsOf = async ({ name }: { name: string }) =>
  (await db.projector.query(`select * from ${name} order by id`)).rows;

describe('a projection', () => {
  it('commits rows and checkpoint together and goes on from there', async () => {
    const one = await started();
    await one.apply(batchOf(0, [storedEvent(1, put({ a: 'x' })), storedEvent(2, put({ a: 'y' }))]));
    expect(await rowsOf(replaced)).toEqual([{ tenant: 'acme', id: '1', position: 2n, a: 'y', b: null }]);
    expect(await projection(scripted, deps()).position(wholeLedger)).toBe(2n);
  });

  it('keeps a checkpoint per partition, and has no work where another version is live', async () => {
    const one = await started();
    await one.apply(batchOf(0, [storedEvent(1, put({}))]));
    expect(await one.position('another')).toBe(0n);
    const newer = projection({ ...scripted, version: 2 }, deps());
    expect([await newer.position(wholeLedger), newer.liveVersion(), newer.isActive()]).toEqual([1n, 1, false]);
    await expect(newer.apply(batchOf(1, [storedEvent(2, put({}))]))).rejects.toThrow(CheckpointMoved);
  });

  it('moves the checkpoint over events that it does not hear', async () => {
    const one = await started();
    await one.apply(batchOf(0, [storedEvent(1, put({ a: 'x' }), { type: 'NoteWritten', data: 'not even JSON' })]));
    expect(await one.position(wholeLedger)).toBe(1n);
    expect(await rowsOf(replaced)).toEqual([]);
  });

  it('changes nothing when a batch is delivered again and again', async () => {
    const one = await started();
    const batch = batchOf(0, [storedEvent(1, { changes: [add(5)] })]);
    await one.apply(batch);
    const checksum = await one.checksum();
    for (let again = 0; again < 3; again += 1) await expect(one.apply(batch)).rejects.toThrow(CheckpointMoved);
    await expect((await started()).apply(batch)).rejects.toThrow(CheckpointMoved);
    expect(await one.checksum()).toBe(checksum);
    expect(await rowsOf(added)).toMatchObject([{ n: 5n }]);
  });

  it('changes nothing for a process that lost its place', async () => {
    const [one, other] = [await started(), await started()];
    await one.apply(batchOf(0, [storedEvent(1, { changes: [add(1)] })]));
    const late = batchOf(0, [storedEvent(1, { changes: [add(1)] }), storedEvent(2, { changes: [add(1)] })]);
    await expect(other.apply(late)).rejects.toThrow(CheckpointMoved);
    expect(await rowsOf(added)).toMatchObject([{ n: 1n }]);
    expect(await other.position(wholeLedger)).toBe(1n);
  });

  it('changes nothing for a process that lost its turn while the position stayed', async () => {
    const [one, other] = [await started(), await started()];
    const event = storedEvent(1, { changes: [add(1)] });
    const aside = { ...batchOf(0, []), to: 1n, park: [{ event, error: new Error('no') }] };
    await one.apply(aside);
    await other.position(wholeLedger);
    await one.apply({ ...batchOf(1, [event]), after: 1n, to: 1n, unpark: [event] });
    const stale = batchOf(1, [storedEvent(2, { changes: [add(1)] })]);
    await expect(other.apply(stale)).rejects.toThrow(CheckpointMoved);
    expect(await rowsOf(added)).toMatchObject([{ n: 1n }]);
  });

  it('changes nothing for a process whose commit went with a crash of the server, while another went on', async () => {
    const [one, other] = [await started(), await started()];
    const [first, second, third] = [1, 2, 3].map((at) => storedEvent(at, { changes: [add(1)] }));
    const before = `select turn from read_model.checkpoint where projection = 'spec.scripted'`;
    const [{ turn }] = (await db.projector.query<{ turn: bigint }>(before)).rows as [{ turn: bigint }];
    await one.apply(batchOf(0, [first!, second!]));
    await db.projector.query('update read_model.checkpoint set position = 0, turn = $1', [turn]);
    await db.projector.query(`delete from ${added.name}`);
    await other.apply(batchOf(0, [first!]));
    await expect(one.apply(batchOf(2, [third!]))).rejects.toThrow(CheckpointMoved);
    expect(await rowsOf(added)).toMatchObject([{ n: 1n }]);
  });

  it('keeps with its checkpoint what the event there was, until it is at another one', async () => {
    const one = await started();
    await one.apply({ ...batchOf(0, [storedEvent(1, put({ a: 'x' }))]), ground: '1 it' });
    const aside = storedEvent(2, put({ a: 'y' }));
    await one.apply({ ...batchOf(1, []), to: 2n, park: [{ event: aside, error: new Error('no') }], ground: '2 it' });
    await one.apply({ ...batchOf(2, [aside]), unpark: [aside] });
    const other = await started();
    expect([await other.position(wholeLedger), other.ground?.(wholeLedger)]).toEqual([2n, '2 it']);
  });

  it('stores nothing of a batch in which one event cannot be applied', async () => {
    const one = await started();
    const broken = batchOf(0, [storedEvent(1, put({ a: 'x' })), storedEvent(2, put({ a: 'null\0' }))]);
    await expect(one.apply(broken)).rejects.toMatchObject({ code: '22021' });
    expect(await rowsOf(replaced)).toEqual([]);
    await one.apply(batchOf(0, broken.events.slice(0, 1)));
  });

  it('parks, and takes back with its effect, in the same commit as the turn', async () => {
    const one = await started();
    const event = storedEvent(1, put({ a: 'x' }));
    await one.apply({ ...batchOf(0, []), to: 1n, park: [{ event, error: new Error('no') }] });
    expect(await one.parked.next({ consumer: one.name, partition: wholeLedger }, event, 9)).toEqual([event]);
    await one.apply({ ...batchOf(1, [event]), unpark: [event] });
    expect(await rowsOf(replaced)).toMatchObject([{ a: 'x' }]);
    await expect(one.apply({ ...batchOf(1, [event]), unpark: [event] })).rejects.toThrow(CheckpointMoved);
  });

  it('names the event whose type this build does not know, unless it is to pass', async () => {
    const events = [storedEvent(1, put({})), storedEvent(2, put({}), { type: 'FromTheFuture' })];
    const poison = (await started()).apply(batchOf(0, events));
    await expect(poison).rejects.toBeInstanceOf(Poison);
    await expect(poison).rejects.toMatchObject({ position: 2n, cause: { name: 'UnknownEvent' } });
    const lenient = await started(projection({ ...scripted, unknown: 'pass' }, deps()));
    await lenient.apply(batchOf(0, events));
    expect(await lenient.position(wholeLedger)).toBe(2n);
  });

  it('names the event whose schema is newer than this build', async () => {
    const event = storedEvent(1, put({}), { meta: '{"schema":99}' });
    await expect((await started()).apply(batchOf(0, [event]))).rejects.toMatchObject({ position: 1n });
  });

  it('refuses a change of a table that is not declared', async () => {
    const one = await started();
    await expect(one.apply(batchOf(0, [storedEvent(1, put({}, { name: 'spec.other' }))]))).rejects.toThrow('declare');
  });

  it('shows a tenant its rows alone, and cannot be written by the service', async () => {
    const one = await started();
    await one.apply(
      batchOf(0, [storedEvent(1, put({ a: 'x' })), storedEvent(2, put({ a: 'y' }), { tenant: 'globex' })]),
    );
    const seen = (tenant: string) =>
      db.service.asTenant(tenant, (client) => client.query(`select a from ${replaced.name}`));
    expect((await seen('globex')).rows).toEqual([{ a: 'y' }]);
    expect((await db.service.query(`select a from ${replaced.name}`)).rows).toEqual([]);
    await expect(db.service.query(`delete from ${replaced.name}`)).rejects.toMatchObject({ code: '42501' });
    await expect(db.service.query('update read_model.checkpoint set position = 9')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

const add = (n: number) => ({ table: added.name, is: 'put' as const, row: { id: '1', n, m: 0 } });

describe('the types of columns', () => {
  const id = '0190a0b0-0000-7000-8000-00000000000a';
  const [full, bare] = ['acme', 'globex'];
  const everything = {
    tenant: full,
    id,
    i: -7,
    n: 2n ** 60n,
    yes: true,
    at: '2026-05-04T09:30:00.5Z',
    json: '{"b":1,"a":"\\u0000 \\" {}","b":2}',
    bytes: Buffer.from([0, 255, 92, 34]),
    texts: ['a"b', 'c\\d', '', 'NULL', '{,}', '🙂'],
    ids: [id],
    words: `'one':1 'two''s':2`,
  };
  const writer = projector({
    name: 'spec.typed',
    version: 1,
    tables: [typed],
    events: ['SessionEnded'],
    *project() {
      yield typed.put(everything);
      yield typed.put({ tenant: bare, id, i: 0 });
    },
  });

  it('all keep their values, null among them', async () => {
    const one = await started(projection(writer, deps()));
    await one.apply(batchOf(0, [storedEvent(1, put({}))]));
    const { rows } = await db.projector.query(`select * from ${typed.name} order by tenant`);
    expect(rows[0]).toEqual({ ...everything, at: '2026-05-04T09:30:00.500000Z', ids: [id] });
    const { i, tenant, id: bareId, ...others } = rows[1]!;
    expect([tenant, bareId, i, ...new Set(Object.values(others))]).toEqual([bare, id, 0, null]);
  });

  it('are digested the same whatever the settings of the session', async () => {
    const one = await started(projection(writer, deps()));
    await one.apply(batchOf(0, [storedEvent(1, put({}))]));
    const elsewhere = await db.projector.tx(async (client) => {
      await client.query(
        `set local timezone = 'Asia/Tokyo'; set local datestyle = 'German'; set local bytea_output = 'escape'`,
      );
      return checksumOf(client, [typed]);
    });
    expect(elsewhere).toBe(await one.checksum());
  });
});

describe('a checksum', () => {
  it('is of one tenant where asked, and knows every value', async () => {
    const one = await started();
    const empty = await one.checksum();
    await one.apply(
      batchOf(0, [storedEvent(1, put({ a: '' })), storedEvent(2, put({ a: 'y' }), { tenant: 'globex' })]),
    );
    const [all, acme] = [await one.checksum(), await one.checksum('acme')];
    expect(new Set([empty, all, acme, await one.checksum('globex')]).size).toBe(4);
    await db.projector.query(`update ${replaced.name} set a = null where tenant = 'acme'`);
    expect(await one.checksum('acme')).not.toBe(acme);
  });

  it('does not see in which order rows were written', async () => {
    const one = await started();
    const rows = [`('t', '1', 1, 'x', 1)`, `('t', '2', 2, null, 2)`];
    const sums = [];
    for (const values of [rows, rows.toReversed()]) {
      await db.projector.query(`delete from ${kept.name}`);
      await db.projector.query(`insert into ${kept.name} values ${values.join(', ')}`);
      sums.push(await one.checksum());
    }
    expect(sums[0]).toBe(sums[1]);
  });
});

/** All rows as they are, beside the checksum. */
const contents = async () => Promise.all(tables.map(rowsOf));

describe('any way to cut the events into batches', () => {
  it('makes the same tables and the same checksum', async () => {
    const scripts = fc.array(anyScript, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(scripts, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }), async (all, sizes) => {
        const events = all.map((script, at) => storedEvent(at + 1, script));
        await db.clear();
        const live = await started();
        for (const event of events) await live.apply(batchOf(Number(event.position) - 1, [event]));
        const [rows, checksum] = [await contents(), await live.checksum()];

        await db.clear();
        const rebuilt = await started();
        for (let at = 0, cut = 0; at < events.length; cut += 1) {
          const batch = batchOf(at, events.slice(at, at + (sizes[cut] ?? events.length)));
          await rebuilt.apply(batch);
          await expect(rebuilt.apply(batch)).rejects.toThrow(CheckpointMoved);
          at = Number(batch.to);
        }
        expect(await contents()).toEqual(rows);
        expect(await rebuilt.checksum()).toBe(checksum);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
