import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Database, migrate } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { open } from '../conformance/postgres.ts';
import { command } from '../conformance/world.ts';
import { migrations } from '../postgres.ts';
import { verifyLedger } from '../proof/verify.ts';

let database: TestDatabase;
let superuser: Database;
let projector: Database;
let older: string;
beforeAll(async () => {
  database = await postgres();
  [superuser, projector] = [database.superuser, database.projector].map((url) => connect({ url, application: 'spec' })) as [Database, Database]; // prettier-ignore
  older = await mkdtemp(join(tmpdir(), 'throughline-fork-'));
});
afterAll(async () => {
  await Promise.all([superuser.close(), projector.close()]);
  await database.drop();
  await rm(older, { recursive: true });
});

const migrateFrom = (dir: string) => migrate({ url: database.owner, dir, schema: 'ledger' });

/** Appends one event, and answers the forks of some positions. */
const forksOf = async (...positions: bigint[]) => {
  const ledger = await open(database);
  await ledger.append([command('one', 's')]);
  const forks = await Promise.all(positions.map((position) => ledger.forkAt(position)));
  await ledger.close();
  return forks;
};
const verdict = () => verifyLedger(projector);

describe('a fork', () => {
  it('has an id from its first one on, but in a ledger that is older than ids', async () => {
    await cp(migrations, older, { recursive: true, filter: (file) => !/000[3-9]-/.test(file) });
    await migrateFrom(older);
    const { rows } = await superuser.query(`select ledger.note_fork('elsewhere')`);
    expect(rows).toHaveLength(1);
    await superuser.query(`
      select * from ledger.append('by hand', gen_random_uuid(), 'one', 's', null, '{1}', gen_random_uuid()::text, 'NoteWritten',
        '2026-05-04T09:30:00Z', repeat('ab', 32), '{}', '{}')`);
    await migrateFrom(migrations);
    expect(await verdict()).toMatchObject({ ok: true, to: 1n });

    const [first, second] = await forksOf(1n, 2n);
    expect([first, second]).toEqual([{ epoch: 1, id: null }, { epoch: 2, id: expect.any(String) }]); // prettier-ignore
    await superuser.query('select ledger.restored()');
    const third = { epoch: 3, id: expect.not.stringMatching(second!.id!) };
    expect(await forksOf(1n, 2n, 3n)).toEqual([first, second, third]);
    expect(await verdict()).toMatchObject({ ok: true, to: 3n });
  });

  it('is begun on connections that are open, as soon as it is said', async () => {
    const ledger = await open(database);
    const next = async () => (await ledger.append([command('one', 's')]), ledger.forkAt(await ledger.head()));
    const before = (await next())!;
    await superuser.query('select ledger.restored()');
    expect(await next()).toEqual({ epoch: before.epoch + 1, id: expect.not.stringMatching(before.id!) });
    await ledger.close();
  });

  it('is in the chain: one that is given another id breaks it', async () => {
    await superuser.tx(async (client) => {
      await client.query('set local session_replication_role = replica');
      await client.query('update ledger.fork set id = gen_random_uuid() where epoch = 2');
    });
    expect(await verdict()).toMatchObject({ ok: false, position: 2n });
  });
});
