import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { ledgerFeed } from '@throughline/feed';
import { memoryLedger } from '@throughline/ledger';
import { eventually, skipBecause } from '@throughline/testing';
import { type SpecDatabase, specDatabase } from '../../test/database.ts';
import { kept, newEvent, scripted, tables } from '../../test/scripted.ts';
import { run, type Running } from '../running.ts';

const place = mkdtempSync(join(tmpdir(), 'throughline-disk-'));
const mount = (...args: readonly string[]): boolean => {
  try {
    execFileSync('mount', [...args, place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
// Small enough for some of the rows beside, and too small for all.
const hasDisk = mount('-t', 'tmpfs', '-o', 'size=3m,mode=755', 'tmpfs');

let db: SpecDatabase;
let live: Running | undefined;
beforeAll(async () => {
  db = await specDatabase(tables);
});
afterAll(async () => {
  await live?.rebuild.discard();
  await live?.stop();
  if (hasDisk) await db.superuser.query('drop tablespace if exists tiny');
  await db.close();
  if (hasDisk) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
});

const test = skipBecause(!hasDisk && 'needs the right to mount a small file system');

/** A disk of its own for the tables that are made from now on. */
const moveToTinyDisk = async (): Promise<void> => {
  const folder = join(place, 'tables');
  mkdirSync(folder);
  const { rows } = await db.superuser.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { uid, gid } = statSync(`/proc/${rows[0]!.pid}`);
  chownSync(folder, uid, gid);
  await db.superuser.query(`create tablespace tiny location '${folder}'`);
  await db.superuser.query('grant create on tablespace tiny to public');
  await db.superuser.query(
    `do $$ begin execute format('alter database %I set default_tablespace = tiny', current_database()); end $$`,
  );
};

test('a disk that fills while rows are made beside the live ones is told of, harms nothing, and is gone on with when there is room', async () => {
  await moveToTinyDisk();
  const ledger = memoryLedger();
  const size = 3_000;
  const events = Array.from({ length: size }, (_, nth) =>
    newEvent({ changes: [kept.put({ tenant: '', id: `${nth}`, position: 0, a: randomBytes(750).toString('hex') })] }),
  );
  await ledger.append([{ tenant: 'acme', stream: 's', expected: 'any', events }]);
  live = run(scripted, { feed: ledgerFeed(ledger), ledger, db: db.projector }, { pollMs: 20, limit: 100 });
  await live.following.waitFor(BigInt(size), 30_000);
  const before = await live.projection.checksum();

  const { rebuild } = live;
  await rebuild.begin();
  // It tries again and again: in between it is not failing.
  const { position, error } = await eventually(
    async () => {
      const now = await rebuild.attend();
      expect(now).toMatchObject({ state: 'failing', error: { code: '53100' } });
      return now!;
    },
    { within: 30_000 },
  );
  expect(error!.message).toContain('No space left on device');
  expect([position > 0n, position < BigInt(size)]).toEqual([true, true]);
  await expect(rebuild.swap()).rejects.toMatchObject({ why: 'NotCaughtUp' });
  expect([live.following.state, await live.projection.checksum()]).toEqual(['running', before]);

  expect(mount('-o', 'remount,size=64m')).toBe(true);
  await eventually(async () => expect(await rebuild.attend()).toMatchObject({ position: BigInt(size) }), {
    within: 30_000,
  });
  const { tables: compared } = await rebuild.diff();
  expect(compared.filter((one) => one.live !== one.beside)).toEqual([]);
}, 120_000);
