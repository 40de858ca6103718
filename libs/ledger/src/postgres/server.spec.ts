import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, type Database, migrate, type PerRole } from '@throughline/postgres';
import { describeUnless, eventually, type ToolServer, toolServer, whyNoTools } from '@throughline/testing';
import { open } from '../conformance/postgres.ts';
import { appendOne, command, event, events, everything, expectWhole, stored } from '../conformance/world.ts';
import type { Fork } from '../fork.ts';
import type { Ledger } from '../ledger.ts';
import { migrations } from '../postgres.ts';
import { givenUpAfter } from '../proof/compare.ts';
import { verifyLedger } from '../proof/verify.ts';

type Urls = PerRole & { readonly superuser: string };

const db = async <T>(url: string, work: (at: Database) => Promise<T>): Promise<T> => {
  const at = connect({ url, application: 'spec' });
  try {
    return await work(at);
  } finally {
    await at.close();
  }
};

const verdictOf = (urls: Urls) => db(urls.projector, (at) => verifyLedger(at));

/** What a consumer or a caller holds of the ledger, and everything in it. */
const heldOf = async (ledger: Ledger) => ({
  head: await ledger.head(),
  checkpoint: await ledger.checkpoint('consumer'),
  log: await everything(ledger, 0n),
});

describeUnless(whyNoTools())('the ledger on a server with its own tools', () => {
  let server: ToolServer;
  let urls: Urls;
  let ledger: Ledger;
  const others: ToolServer[] = [];
  const known = command('one', 's', { events: [event({ data: '{"u":"\\u0000","n":1.10}' })] });

  beforeAll(async () => {
    server = await toolServer();
    urls = await server.database('spec');
    await migrate({ url: urls.owner, dir: migrations, schema: 'ledger' });
    ledger = await open(urls);
    for (let at = 0; at < 20; at += 1) await ledger.append([command('one', `s${at % 3}`, { events: events(7) }), command('two', 'größe 🧵')]); // prettier-ignore
    await ledger.append([known]);
    await ledger.append([command('one', 'c', { checkpoint: { consumer: 'consumer', from: 0n, to: 42n } })]);
  }, 120_000);
  afterAll(async () => {
    await ledger?.close();
    for (const one of [...others, server]) await one?.drop();
  }, 60_000);

  /** It is the same ledger for whoever held something of the old one, and goes on where that ended. */
  const expectTheSame = async (moved: Urls) => {
    const before = await heldOf(ledger);
    const verdict = await verdictOf(urls);
    expect(verdict).toMatchObject({ ok: true, to: before.head });
    expect(await verdictOf(moved)).toEqual(verdict);
    const there = await open(moved);
    try {
      expect(await heldOf(there)).toEqual(before);
      expect((await appendOne(there, known)).is).toBe('duplicate');
      expect(stored(await appendOne(there, command('one', 's'))).positions).toEqual([before.head + 1n]);
      expect((await there.tail(before.head)).map(({ position }) => position)).toEqual([before.head + 1n]);
    } finally {
      await there.close();
    }
    expect(await verdictOf(moved)).toMatchObject({ ok: true, to: before.head + 1n });
  };

  /** The same roles' URLs on another server. */
  const urlsOn = (other: ToolServer) =>
    Object.fromEntries(Object.entries(urls).map(([role, url]) => [role, other.sameAs(url)])) as Urls;

  it('24. is on a replica, at every moment, a prefix of what it is on the primary', async () => {
    const replica = await server.copy('replica');
    others.push(replica);
    const tail = connect({ url: replica.sameAs(urls.projector), application: 'spec' });
    let isOver = false;
    const write = async () => {
      for (let at = 0; at < 60; at += 1) await ledger.append([command('one', `r${at % 4}`, { events: events(5) })]);
      isOver = true;
    };
    const read = async () => {
      let seen = 0n;
      for (let rounds = 0; !isOver; rounds += 1) {
        const { rows } = await tail.query<{ count: bigint; last: bigint }>(
          'select count(*) as count, coalesce(max(position), 0) as last from ledger.event',
        );
        expect(rows[0]!.count).toBe(rows[0]!.last);
        expect(rows[0]!.last).toBeGreaterThanOrEqual(seen);
        seen = rows[0]!.last;
      }
    };
    await Promise.all([write(), read()]);
    const head = await ledger.head();
    await eventually(async () => {
      const { rows } = await tail.query<{ last: bigint }>('select max(last_position) as last from ledger.batch');
      expect(rows[0]!.last).toBe(head);
    });
    expect(await verifyLedger(tail)).toEqual(await verdictOf(urls));
    await tail.close();
  }, 120_000);

  it('25. is the same after a dump and a restore: positions, checkpoints, ids, chain', async () => {
    const restored = await server.database('restored');
    await server.tool('pg_dump', '-d', urls.superuser, '-Fc', '-f', 'dump');
    await server.tool('pg_restore', '-d', restored.superuser, '--exit-on-error', 'dump');
    await expectTheSame(restored);
  }, 120_000);

  it('25. is the same after it was moved by logical replication', async () => {
    const moved = await server.database('moved');
    await migrate({ url: moved.owner, dir: migrations, schema: 'ledger' });
    await db(urls.superuser, async (at) => {
      await at.query('create publication move for tables in schema ledger');
      await at.query(`select pg_create_logical_replication_slot('move', 'pgoutput')`);
    });
    await db(moved.superuser, async (at) => {
      await at.query('truncate ledger.migration');
      await at.query(
        `create subscription move connection '${urls.superuser}' publication move with (create_slot = false, slot_name = 'move')`,
      );
      await ledger.append([command('one', 'while it is moved', { events: events(3) })]);
      await eventually(
        async () => {
          const { rows } = await at.query<{ last: bigint }>('select max(last_position) as last from ledger.batch');
          expect(rows[0]!.last).toBe(await ledger.head());
          const states = await at.query<{ done: boolean }>(`select bool_and(srsubstate = 'r') as done from pg_subscription_rel`); // prettier-ignore
          expect(states.rows[0]!.done).toBe(true);
        },
        { within: 60_000 },
      );
      await at.query('drop subscription move');
    });
    await expectTheSame(moved);
  }, 120_000);

  it('25. is the same after a base backup, begun while it is written to', async () => {
    const written = Array.from({ length: 30 }, (_, at) => appendOne(ledger, command('one', `b${at % 4}`)));
    const copy = await server.copy('its own');
    others.push(copy);
    await Promise.all(written);
    const there = urlsOn(copy);
    const restored = await open(there);
    const head = await restored.head();
    expect(await everything(restored, 0n)).toEqual((await everything(ledger, 0n)).slice(0, Number(head)));
    expect(head).toBeGreaterThan(0n);
    expect(await verdictOf(there)).toMatchObject({ ok: true, to: head });
    expect(await restored.checkpoint('consumer')).toBe(42n);
    expect(stored(await appendOne(restored, command('one', 'after'))).positions).toEqual([head + 1n]);
    await restored.close();
  }, 120_000);

  it('26. is what it was after every row was frozen', async () => {
    const before = await heldOf(ledger);
    const verdict = await verdictOf(urls);
    await db(urls.superuser, (at) => at.query('vacuum (freeze, full) ledger.event, ledger.batch, ledger.checkpoint'));
    await db(urls.superuser, (at) => at.query('vacuum (freeze, disable_page_skipping)'));
    expect(await heldOf(ledger)).toEqual(before);
    expect(await verdictOf(urls)).toEqual(verdict);
    const { positions } = stored(await appendOne(ledger, command('one', 's')));
    expect(positions).toEqual([before.head + 1n]);
    expectWhole(ledger, 0n, await everything(ledger, 0n));
  }, 120_000);

  it('26. goes on where the server runs out of transaction ids and begins again with the first', async () => {
    const copy = await server.copy('its own');
    others.push(copy);
    const there = urlsOn(copy);
    const at = connect({ url: there.superuser, application: 'spec' });
    // A server keeps apart only what lies within 2^31 of its next transaction: it freezes the rest before it gets there.
    const freeze = async () => {
      await at.query('update pg_database set datallowconn = true');
      await copy.tool('vacuumdb', '--maintenance-db', copy.superuser, '--all', '--freeze', '--quiet');
    };
    for (const transaction of [2_000_000_000, 4_000_000_000, 2 ** 32 - 20]) {
      await freeze();
      await copy.skipTo(transaction);
    }
    const next = async () => (await at.query<{ id: bigint }>('select pg_current_xact_id()::text::bigint as id')).rows[0]!.id; // prettier-ignore
    expect(await next()).toBeLessThan(2n ** 32n);

    const wrapping = await open(there);
    const before = await heldOf(wrapping);
    for (let nth = 0; nth < 60; nth += 1)
      await appendOne(wrapping, command('one', `w${nth % 3}`, { events: events(2) }));
    expect(await next()).toBeGreaterThan(2n ** 32n);
    await freeze();
    expect((await heldOf(wrapping)).head).toBe(before.head + 120n);
    const log = await everything(wrapping, 0n);
    expectWhole(wrapping, 0n, log);
    expect(log.slice(0, before.log.length)).toEqual(before.log);
    expect((await appendOne(wrapping, known)).is).toBe('duplicate');
    expect(await verdictOf(there)).toMatchObject({ ok: true, to: before.head + 120n });
    await wrapping.close();
    await at.close();
  }, 240_000);

  it('55. goes on in another fork each time that one dump is restored, by itself', async () => {
    await server.tool('pg_dump', '-d', urls.superuser, '-Fc', '-f', 'forked');
    const head = await ledger.head();
    const signedAt = (position: bigint) => ({ ledger: '', epoch: 1, position, hash: '', at: new Date().toISOString() });
    const [held, lost] = [signedAt(head), signedAt(head + 1n)];
    const futures: (Fork | undefined)[] = [];
    for (const name of ['first', 'second']) {
      const there = await server.database(name);
      await server.tool('pg_restore', '-d', there.superuser, '--exit-on-error', 'forked');
      const restored = await open(there);
      // Whoever signed what was given up can tell at once, before anything is appended.
      expect(await db(there.projector, (at) => givenUpAfter(at, lost))).toBe(head);
      expect(await db(there.projector, (at) => givenUpAfter(at, held))).toBeUndefined();
      await appendOne(restored, command('one', `of the ${name}`));
      expect(await restored.forkAt(head)).toEqual(await ledger.forkAt(head));
      futures.push(await restored.forkAt(head + 1n));
      expect(await verdictOf(there)).toMatchObject({ ok: true, to: head + 1n });
      expect(await db(there.projector, (at) => givenUpAfter(at, signedAt(head + 1n)))).toBeUndefined();
      await restored.close();
    }
    expect(futures[0]!.epoch).toBe(futures[1]!.epoch);
    expect(futures[0]!.id).not.toBe(futures[1]!.id);
  }, 120_000);

  it('55. goes on in another fork also by who lives through a restore in place, on the connection that it has', async () => {
    const there = await server.database('in_place');
    await migrate({ url: there.owner, dir: migrations, schema: 'ledger' });
    const living = await open(there);
    await appendOne(living, command('one', 'kept'));
    await server.tool('pg_dump', '-d', there.superuser, '-Fc', '-f', 'in place');
    await appendOne(living, command('one', 'given up'));
    const [first, givenUp] = [await living.forkAt(1n), await living.forkAt(2n)];
    expect(givenUp).toEqual(first);
    await server.tool(
      'pg_restore',
      '-d',
      there.superuser,
      '--clean',
      '--if-exists',
      '--single-transaction',
      'in place',
    );
    for (const position of [2n, 3n]) {
      expect(stored(await appendOne(living, command('one', 'instead'))).positions).toEqual([position]);
      expect(await living.forkAt(position)).toEqual({ epoch: 2, id: expect.not.stringMatching(first!.id!) });
    }
    expect(await living.forkAt(1n)).toEqual(first);
    expect(await verdictOf(there)).toMatchObject({ ok: true, to: 3n });
    await living.close();
  }, 120_000);

  it('34. goes on in another epoch where a replica is promoted that lost the tail', async () => {
    const primary = await server.copy('its own');
    const replica = await primary.copy('replica');
    others.push(primary, replica);
    const before = await open(urlsOn(primary));
    const fork = (await before.forkAt(await before.head()))!;
    const kept = stored(await appendOne(before, command('one', 'kept'))).positions[0]!;
    await eventually(async () => {
      const { last } = await db(urlsOn(replica).projector, async (at) =>
        (await at.query<{ last: bigint }>('select max(last_position) as last from ledger.batch')).rows[0]!); // prettier-ignore
      expect(last).toBe(kept);
    });
    await replica.stop();
    const lost = stored(await appendOne(before, command('one', 'lost', { events: events(3) }))).positions;
    await primary.stop();
    await before.close();
    await replica.start();
    await replica.promote();

    const after = await open(urlsOn(replica));
    expect(await after.head()).toBe(kept);
    expect(await after.forkAt(lost[0]!)).toBeUndefined();
    const { positions } = stored(await appendOne(after, command('one', 'instead')));
    expect(positions).toEqual([lost[0]]);
    expect(await after.forkAt(kept)).toEqual(fork);
    expect(await after.forkAt(positions[0]!)).toEqual({
      epoch: fork.epoch + 1,
      id: expect.not.stringMatching(fork.id!),
    });
    expect(await verdictOf(urlsOn(replica))).toMatchObject({ ok: true, to: positions[0] });
    await after.close();
  }, 120_000);
});
