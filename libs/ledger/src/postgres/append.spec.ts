import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { open, withSettings } from '../conformance/postgres.ts';
import { appendOne, command, event, everything, stored } from '../conformance/world.ts';
import { LedgerBusy, LedgerUnavailable } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type Flushed, migrations, type PostgresLedgerOptions } from '../postgres.ts';
import { sound } from '../command.ts';
import { statement, valuesOf } from './call.ts';

let database: TestDatabase;
let service: Database;
let superuser: Database;
let opened: Ledger[] = [];

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  service = connect({ url: database.service, application: 'spec' });
  superuser = connect({ url: database.superuser, application: 'spec' });
});
afterEach(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()));
  opened = [];
});
afterAll(async () => {
  await Promise.all([service.close(), superuser.close()]);
  await database.drop();
});

const ledgerWith = async (more: Partial<PostgresLedgerOptions> = {}): Promise<Ledger> => {
  const ledger = await open(database, more);
  opened.push(ledger);
  return ledger;
};

/** The values of a call of commands, some of them bent. */
const bent = (at: number, value: (was: unknown) => unknown, count = 2): unknown[] => {
  const commands = Array.from({ length: count }, (_, n) =>
    sound(command('t', `s${n}`, { sealedUnder: ['k'], checkpoint: { consumer: `c${n}`, from: 0n, to: 1n } })),
  );
  return valuesOf('spec', randomUUID(), commands).map((was, place) => (place === at ? value(was) : was));
};

describe('the function', () => {
  const lists = [2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19];

  it.each(lists)('49. refuses lists of unequal length, here that of $%i, and stores nothing', async (at) => {
    const before = (await superuser.query('select count(*) as n from ledger.event')).rows;
    const numbers = [5, 12, 16, 18, 19].includes(at);
    const longer = (was: unknown) => {
      const text = String(was);
      return numbers ? text.replace('}', ',1}') : `${text}\u001e${text.split('\u001e').at(-1)}`;
    };
    // Of data and meta a row finds it, which has no event or no data.
    const code = at === 10 || at === 11 ? '23502' : 'LG004';
    await expect(service.query(statement, bent(at, longer))).rejects.toMatchObject({ code });
    expect((await superuser.query('select count(*) as n from ledger.event')).rows).toEqual(before);
  });

  it.each([10, 11])('49. refuses too long a list of $%i also where a command of the call is known', async (at) => {
    const known = sound(command('t', 'known'));
    const call = (commands: (typeof known)[]) => valuesOf('spec', randomUUID(), commands);
    await service.query(statement, call([known]));
    const values = call([known, sound(command('t', 'fresh'))]);
    const bent = values.map((was, place) => (place === at ? `${String(was)}\u001e{}` : was));
    await expect(service.query(statement, bent)).rejects.toMatchObject({ code: '23502' });
  });

  it('49. refuses a separator inside a stream name, which would shift the rest', () =>
    expect(
      service.query(
        statement,
        bent(3, () => 's\u001et\u001eu'),
      ),
    ).rejects.toMatchObject({ code: 'LG004' }));

  it('49. takes the same lists unbent', async () =>
    expect(
      (
        await service.query<{ refused: unknown }>(
          statement,
          bent(-1, (was) => was),
        )
      ).rows,
    ).toMatchObject([{ refused: null }]));

  it('2. refuses a call that names a stream with an expectation twice', async () => {
    const twice = [command('t', 'twice', { expected: 'none' }), command('t', 'twice')].map(sound);
    await expect(service.query(statement, valuesOf('spec', randomUUID(), twice))).rejects.toMatchObject({
      code: 'LG005',
    });
  });

  it('refuses to append what would not be durable', async () => {
    const db = connect({ url: withSettings(database.service, { synchronous_commit: 'off' }), application: 'spec' });
    const call = db.query(statement, valuesOf('spec', randomUUID(), [sound(command('t', 'soft'))]));
    await expect(call).rejects.toMatchObject({ code: 'LG002' });
    await db.close();
  });
});

describe('the adapter', () => {
  it('7. lets one command fail alone on which the server stumbles, and keeps the order of the others', async () => {
    await superuser.query(`alter table ledger.event add constraint spec check (stream not like 'poison%')`);
    const ledger = await ledgerWith();
    const names = Array.from({ length: 100 }, (_, at) => (at === 13 || at === 77 ? `poison ${at}` : `s${at % 3}`));
    const commands = names.map((name) => command('bisect', name));
    const outcomes = await Promise.allSettled(commands.map((one) => appendOne(ledger, one)));
    await superuser.query('alter table ledger.event drop constraint spec');
    expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).toEqual([13, 77]);
    const log = await everything(ledger, 0n, 'bisect');
    const good = commands.filter((_, at) => at !== 13 && at !== 77);
    expect(log.map(({ id }) => id)).toEqual(good.map((one) => one.events[0]!.id));
  });

  it('49. lets one command fail alone that is not JSON, or would shift the rest, and tells its field', async () => {
    const ledger = await ledgerWith();
    const bad = new Map([11, 42, 43, 90].map((at, nth) => [at, ['{', '', '{}\u001e{}', '{"nul":"\u0000"}'][nth]!]));
    const commands = Array.from({ length: 100 }, (_, at) =>
      command('unread', `s${at}`, { events: [event(bad.has(at) ? { data: bad.get(at)! } : {})] }),
    );
    const outcomes = await Promise.allSettled(commands.map((one) => appendOne(ledger, one)));
    const failed = outcomes.flatMap((one, at) => (one.status === 'rejected' ? [[at, one.reason] as const] : []));
    expect(failed.map(([at]) => at)).toEqual([...bad.keys()]);
    for (const [, reason] of failed) expect(reason).toMatchObject({ name: 'InvalidCommand', field: 'data' });
    const log = await everything(ledger, 0n, 'unread');
    const good = commands.filter((_, at) => !bad.has(at));
    expect(new Map(log.map(({ stream, data }) => [stream, data]))).toEqual(
      new Map(good.map(({ stream, events }) => [stream, events[0]!.data])),
    );
  });

  it('stores as many flushes as its limits ask for, and a command larger than a flush alone', async () => {
    const flushes: Flushed[] = [];
    const ledger = await ledgerWith({ limits: { commands: 10, bytes: 100_000 }, onFlush: (one) => flushes.push(one) });
    const large = event({ data: JSON.stringify('x'.repeat(300_000)) });
    const commands = Array.from({ length: 25 }, (_, at) =>
      command('limits', `s${at}`, at === 12 ? { events: [large] } : {}),
    );
    await ledger.append(commands);
    expect(flushes.map((one) => one.commands)).toEqual([10, 2, 1, 10, 2]);
    expect(
      flushes.every(
        ({ commands, stored, bytes, milliseconds }) => commands === stored && bytes > 0 && milliseconds > 0,
      ),
    ).toBe(true);
  });

  it('tells callers to come later where too many wait', async () => {
    const ledger = await ledgerWith({ limits: { waiting: 5 } });
    const first = ledger.append(Array.from({ length: 5 }, (_, at) => command('busy', `s${at}`)));
    const one = command('busy', 'late');
    await expect(ledger.append([one])).rejects.toThrow(LedgerBusy);
    expect((await first).map(({ is }) => is)).toEqual(Array.from({ length: 5 }, () => 'appended'));
    expect(stored(await appendOne(ledger, one)).versions).toEqual([1]);
  });

  it('goes on after its connection was lost while idle', async () => {
    const ledger = await ledgerWith({ writer: 'idle one' });
    await appendOne(ledger, command('idle', 's'));
    await superuser.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like '%idle one'`,
    );
    expect(stored(await appendOne(ledger, command('idle', 's'))).versions).toEqual([2]);
    expect(await ledger.read('idle', 's')).toHaveLength(2);
  });

  it('is unavailable where the server only reads', async () => {
    const readsOnly = withSettings(database.service, { default_transaction_read_only: 'on' });
    const ledger = await open({ ...database, service: readsOnly });
    await expect(ledger.append([command('replica', 's')])).rejects.toThrow(LedgerUnavailable);
    expect(await ledger.read('replica', 's')).toEqual([]);
    await ledger.close();
  });

  it('looks everything up by index, however large the ledger is thought to be', async () => {
    const count = `
      select seq_tup_read + (select sum(idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid)::bigint as read
      from pg_stat_user_tables t where relid = 'ledger.event'::regclass`;
    const read = async () => Number((await superuser.query<{ read: bigint }>(count)).rows[0]!.read);
    const before = await read();
    const ledger = await open(database);
    await ledger.append(Array.from({ length: 2_000 }, (_, at) => command('plans', `s${at % 700}`)));
    const one = command('plans', 's1', { expected: 3, sealedUnder: ['k'], destroys: ['l'] });
    for (let round = 0; round < 3; round += 1)
      await ledger.append([one, command('plans', 's2'), command('plans', 's3', { expected: 9 })]);
    // A session tells what it did when it ends.
    await ledger.close();
    expect((await read()) - before).toBeLessThan(5 * 2_000);
  });
});
