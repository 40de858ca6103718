import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BeyondLedger, GivenUpFuture, ledgerFeed, parkedDesk } from '@throughline/feed';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import fc from 'fast-check';
import { type SpecDatabase, specDatabase } from '../../test/database.ts';
import { added, anyScript, kept, newEvent, replaced, type Script, scripted, tables } from '../../test/scripted.ts';
import { knownProjections } from '../known.ts';
import { rebuild, type Rebuild } from './rebuild.ts';
import { run, type Running } from '../running.ts';

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase(tables);
  await db.owner.query(`create index kept_a on ${kept.name} (tenant, a) where a is not null`);
  await db.owner.query(`alter table ${added.name} set (fillfactor = 70)`);
});
afterAll(() => db.close());

let ledger: Ledger;
let live: Running;
let rebuilt: Rebuild;
beforeEach(async () => {
  ledger = memoryLedger();
  live = run(scripted, { feed: ledgerFeed(ledger), ledger, db: db.projector }, { pollMs: 20, limit: 7 });
  rebuilt = live.rebuild;
});
afterEach(async () => {
  await rebuilt.discard();
  await live.stop();
  await db.clear();
});

const append = async (...scripts: readonly Script[]): Promise<bigint> => {
  for (const [at, script] of scripts.entries()) {
    const tenant = at % 2 ? 'acme' : 'globex';
    await ledger.append([{ tenant, stream: `s${at % 3}`, expected: 'any', events: [newEvent(script)] }]);
  }
  return ledger.head();
};
const count = (n = 1): Script => ({ changes: [added.put({ tenant: '', id: '1', n, m: 0 })] });
const some = (seed: number) => fc.sample(anyScript, { numRuns: 60, seed });
const caughtUp = async () => {
  const head = await ledger.head();
  await eventually(async () => expect((await rebuilt.attend())?.position).toBe(head));
};
const differing = async () => (await rebuilt.diff()).tables.filter((one) => one.live !== one.beside);
const sum = async () => {
  const { rows } = await db.service.asTenant('globex', (client) =>
    client.query<{ n: bigint }>(`select n from ${added.name}`),
  );
  return rows[0]?.n;
};

describe('a rebuild beside the live rows', () => {
  it('comes to the same rows, while events come and rows are read, and nobody’s read fails', async () => {
    await live.following.waitFor(await append(...some(1)), 10_000);
    let going = true;
    const writing = (async () => {
      for (let n = 0; going && n < 400; n += 1) await append(count());
    })();
    const reading = (async () => {
      for (let last = 0n; going;) {
        const now = (await sum()) ?? 0n;
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    })();
    await rebuilt.begin();
    expect(await differing()).toEqual([]);
    await rebuilt.swap();
    expect(await differing()).toEqual([]);
    await rebuilt.rollback();
    await rebuilt.swap();
    going = false;
    await Promise.all([writing, reading]);
    await live.following.waitFor(await ledger.head(), 20_000);
    expect(await differing()).toEqual([]);
    expect([live.following.state, live.following.counts.parked]).toEqual(['running', 0]);
  }, 60_000);

  it('55 makes rows anew that are further than a restored ledger, goes on with them, and never back', async () => {
    await live.following.waitFor(await append(...some(2)), 10_000);
    await db.projector.query(
      `update read_model.checkpoint set position = position + 30, ground = (position + 30) || ' another one', turn = turn + 1`,
    );
    await eventually(() => expect(live.following.lastError).toBeInstanceOf(BeyondLedger));
    await rebuilt.begin();
    await caughtUp();
    await rebuilt.swap();
    await expect(rebuilt.rollback()).rejects.toMatchObject({ why: 'NothingBeside' });
    const head = await append(count());
    await eventually(() => expect([live.following.state, live.following.position()]).toEqual(['running', head]));
    await rebuilt.begin();
    await caughtUp();
    expect(await differing()).toEqual([]);
  });

  it('55 makes rows anew that are of a future which the ledger gave up, and goes on with them', async () => {
    await live.following.waitFor(await append(...some(2)), 10_000);
    await db.projector.query(`update read_model.checkpoint set ground = position || ' another one'`);
    await eventually(() => expect(live.following.lastError).toBeInstanceOf(GivenUpFuture));
    await rebuilt.begin();
    await caughtUp();
    await rebuilt.swap();
    await live.following.waitFor(await append(count()), 10_000);
    expect([live.following.state, await differing()]).toEqual(['running', []]);
  });

  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like '%spec_beside%' and pid <> pg_backend_pid()`;

  it('comes to the same rows with one worker and with eight, also where the server ends them in between', async () => {
    await live.stop();
    live = run(scripted, { feed: ledgerFeed(ledger), ledger, db: db.projector }, { pollMs: 20 });
    rebuilt = live.rebuild;
    const scripts = fc.sample(anyScript, { numRuns: 2_000, seed: 7 });
    for (const [at, script] of scripts.entries())
      await ledger.append([
        { tenant: `t${at % 13}`, stream: `s${at % 3}`, expected: 'any', events: [newEvent(script)] },
      ]);
    await live.following.waitFor(2_000n, 20_000);
    for (const workers of [1, 8]) {
      await rebuilt.begin({ workers });
      await db.superuser.query(kill);
      await caughtUp();
      expect(await differing()).toEqual([]);
      await rebuilt.swap();
      expect(await differing()).toEqual([]);
      await append(count());
      await live.following.waitFor(await ledger.head(), 10_000);
      expect(await differing()).toEqual([]);
    }
  }, 60_000);

  it('goes on where some of its workers were ahead when it was killed, and does nothing twice', async () => {
    const poison: Script = { changes: [], breaks: true };
    for (let nth = 0; nth < 40; nth += 1) {
      const what = nth === 20 ? poison : count();
      await ledger.append([{ tenant: `t${nth % 8}`, stream: 's', expected: 'any', events: [newEvent(what)] }]);
    }
    await live.following.waitFor(40n, 10_000);
    // Some tenants' rows are refused for as long as nobody lets them in: the others' workers get ahead.
    await rebuilt.begin({ workers: 8 });
    await rebuilt.stop();
    await db.superuser.query(`create function spec.wait() returns trigger language plpgsql as $$ begin
      if new.tenant = 't3' then raise exception 'full' using errcode = '53100'; end if; return new; end $$`);
    await db.superuser.query(
      'create trigger wait before insert or update on spec_beside.added for each row execute function spec.wait()',
    );
    await eventually(async () => expect(await rebuilt.attend()).toMatchObject({ state: 'failing' }));
    await rebuilt.stop();
    const ahead = `select from read_model.checkpoint s join read_model.checkpoint w using (projection, version)
      where s.partition <> 'ledger' and w.partition = 'ledger' and s.position > w.position`;
    expect((await db.projector.query(ahead)).rowCount).toBeGreaterThan(0);
    await db.superuser.query('drop function spec.wait() cascade');
    await caughtUp();
    expect(await differing()).toEqual([]);
    await rebuilt.swap();
    expect((await db.projector.query(`select from read_model.checkpoint where partition <> 'ledger'`)).rowCount).toBe(
      0,
    );
  }, 60_000);

  it('shows what is wrong with the live rows, mends it by the swap, and brings it back by the roll-back', async () => {
    await append(count(1), count(2), count(4), count(8));
    await live.following.waitFor(4n, 10_000);
    await db.projector.query(`update ${added.name} set n = 99 where tenant = 'globex'`);
    await rebuilt.begin();
    expect((await differing()).map(({ name }) => name)).toEqual([added.name]);
    await rebuilt.swap();
    expect(await sum()).toBe(5n);
    await expect(rebuilt.swap()).rejects.toMatchObject({ why: 'NothingBeside' });
    await append(count(16));
    await live.following.waitFor(5n, 10_000);
    expect(await sum()).toBe(21n);
    await rebuilt.rollback();
    expect(await sum()).toBe(115n);
    await expect(rebuilt.rollback()).rejects.toMatchObject({ why: 'NothingBeside' });
    await append(count(32));
    await live.following.waitFor(6n, 10_000);
    expect(await sum()).toBe(147n);
  }, 30_000);

  it('leaves tables as they were: indexes by name, storage, policies, rights', async () => {
    const described = async () =>
      (
        await db.owner.query(
          `select c.relname, c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
             pg_get_userbyid(relowner) as owner,
             (select array_agg(pg_get_indexdef(indexrelid) order by 1) from pg_index where indrelid = c.oid) as indexes,
             (select array_agg(row(conname, pg_get_constraintdef(oid))::text order by conname) from pg_constraint where conrelid = c.oid) as constraints,
             (select array_agg(row(p.policyname, p.permissive, p.roles, p.cmd, p.qual, p.with_check)::text) from pg_policies p
              where p.schemaname = 'spec' and p.tablename = c.relname) as policies
           from pg_class c where relnamespace = 'spec'::regnamespace and relkind = 'r' order by 1`,
        )
      ).rows;
    const before = await described();
    await append(count());
    await rebuilt.begin();
    await caughtUp();
    await rebuilt.swap();
    expect(await described()).toEqual(before);
  });

  it('goes on where it was killed, and begins anew only when it was swapped', async () => {
    await append(...some(2));
    await rebuilt.begin();
    await caughtUp();
    await rebuilt.stop();
    const position = await append(count(), count());
    const other = rebuild(scripted, { db: db.projector, ledger, running: live });
    const { rows } = await db.projector.query<{ n: bigint }>(`select count(*) as n from spec_beside.added`);
    expect(rows[0]!.n).toBeGreaterThan(0n);
    expect((await other.begin()).position).toBeGreaterThanOrEqual(60n);
    await eventually(async () => expect((await other.attend())?.position).toBe(position));
    await other.swap();
    expect(await other.attend()).toMatchObject({ is: 'previous' });
    const before = await other.attend();
    await db.projector.query('delete from spec_beside.added');
    await other.begin();
    expect((await other.attend())!.began).not.toBe(before!.began);
    await eventually(async () => expect(await other.attend()).toMatchObject({ is: 'next', position }));
    expect((await other.diff()).tables.filter((one) => one.live !== one.beside)).toEqual([]);
    await other.stop();
  });

  it('waits while the disk is full, tells so, touches nothing that is live, and goes on by itself', async () => {
    await append(count(1));
    await live.following.waitFor(1n, 10_000);
    await db.superuser.query(`create function spec.full() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
    await rebuilt.begin();
    await caughtUp();
    await db.superuser.query(
      'create trigger full_disk before insert on spec_beside.added for each row execute function spec.full()',
    );
    await append(count(2), count(2));
    await eventually(async () =>
      expect(await rebuilt.attend()).toMatchObject({ state: 'failing', position: 1n, error: { code: '53100' } }),
    );
    await live.following.waitFor(3n, 10_000);
    expect(await sum()).toBe(3n);
    await db.superuser.query('drop trigger full_disk on spec_beside.added');
    await caughtUp();
    expect(await differing()).toEqual([]);
  }, 30_000);

  it('parks what it cannot apply as its own, and brings it along', async () => {
    await append(count(), { changes: [], breaks: true }, count());
    await live.following.waitFor(3n, 10_000);
    await rebuilt.begin();
    await caughtUp();
    const parked = async () =>
      (await db.service.asTenant('acme', (client) => parkedDesk(client).list({ limit: 10 })))
        .map(({ consumer }) => consumer)
        .toSorted();
    expect(await parked()).toEqual(['spec.scripted.beside@1', 'spec.scripted@1']);
    await db.superuser.query(`delete from feed.parked where consumer = 'spec.scripted@1'`);
    await rebuilt.swap();
    expect(await parked()).toEqual(['spec.scripted@1']);
  });

  it('is refused where a table was changed meanwhile, and where nothing stands there', async () => {
    await append(count());
    await expect(rebuilt.diff()).rejects.toMatchObject({ why: 'NothingBeside' });
    await rebuilt.begin();
    await caughtUp();
    await db.owner.query(`create index replaced_a on ${replaced.name} (tenant, a)`);
    await expect(rebuilt.swap()).rejects.toMatchObject({ why: 'TablesChanged' });
    await db.owner.query('drop index spec.replaced_a');
    await rebuilt.swap();
  });

  it('waits for who reads for long, and makes nobody else wait for them', async () => {
    await append(count());
    await rebuilt.begin();
    await caughtUp();
    const [read, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const reads = db.service.tx(
      async (client) => {
        await client.query(`select n from ${added.name}`);
        read.resolve();
        await done.promise;
      },
      { tenant: 'globex' },
    );
    await read.promise;
    const swapping = rebuilt.swap();
    try {
      const waits = `select from pg_locks where not granted and mode = 'AccessExclusiveLock'`;
      await eventually(async () => expect((await db.superuser.query(waits)).rowCount).toBeGreaterThan(0));
      expect(await sum()).toBe(1n);
    } finally {
      done.resolve();
    }
    await Promise.all([reads, swapping]);
    expect(await rebuilt.attend()).toMatchObject({ is: 'previous' });
  });

  it('is no other projection to whoever asks for them, and nothing is left of what is discarded', async () => {
    await append(count());
    await rebuilt.begin();
    await caughtUp();
    expect((await knownProjections(db.projector)).map(({ name }) => name)).toEqual(['spec.scripted']);
    expect(await rebuilt.discard()).toBe(true);
    expect(await rebuilt.discard()).toBe(false);
    const { rows } = await db.owner.query(`select from pg_tables where schemaname = 'spec_beside'`);
    expect(rows).toEqual([]);
  });

  it('moves no table that the projectors’ role could not empty', async () => {
    await db.owner.query('create table if not exists spec.sacred (tenant text)');
    for (const name of ['spec.sacred', 'read_model.checkpoint', 'spec.missing'])
      for (const act of ['make_beside', 'exchange', 'drop_beside'])
        await expect(db.projector.query(`select read_model.${act}($1)`, [[name]])).rejects.toMatchObject({
          code: '42501',
        });
    await expect(db.service.query(`select read_model.drop_beside('{spec.added}')`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});
