import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ledgerFeed } from '@throughline/feed';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { type SpecDatabase, specDatabase } from '../../test/database.ts';
import { newEvent } from '../../test/scripted.ts';
import { knownProjections } from '../known.ts';
import { type Projector, projector } from '../projector.ts';
import { run, type Running } from '../running.ts';
import { table } from '../table.ts';
import { rebuild } from './rebuild.ts';

const columns = { tenant: 'text', stream: 'text', position: 'bigint', said: 'text?' } as const;
const words = table({ name: 'spec.words', columns, key: ['tenant', 'stream'], merge: 'replace' });
const amounts = { tenant: 'text', id: 'text', n: 'bigint' } as const;
const sums = table({ name: 'spec.sums', columns: amounts, key: ['tenant', 'id'], merge: 'add' });

type Build = Projector<'SessionEnded'>;
/** What one build of the product makes of what was said, and what it answered. */
const build = (version: number, made: (said: string) => string, answered: string[] = []): Build =>
  projector({
    name: 'spec.words',
    version,
    tables: [words],
    events: ['SessionEnded'],
    prepare: (events, _, acting) => {
      if (acting) answered.push(...events.map(({ stream }) => `${version}: ${stream}`));
      return Promise.resolve();
    },
    *project(events) {
      for (const { tenant, stream, position, data } of events)
        yield words.put({ tenant, stream, position, said: made(data.outcome!) });
    },
  });
const older = (answered?: string[]) => build(1, (said) => said, answered);
const newer = (answered?: string[]) => build(2, (said) => said.toUpperCase(), answered);

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase([words, sums]);
});
afterAll(() => db.close());

let ledger: Ledger;
let running: Running[];
beforeEach(() => {
  ledger = memoryLedger();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await db.superuser.query('select read_model.drop_beside($1); ', [[words.name, sums.name]]);
  await db.superuser.query('delete from read_model.rebuild');
  await db.clear();
});

const deployed = (what: Build): Running => {
  const feed = ledgerFeed(ledger);
  const one = run(what, { feed, ledger, db: db.projector }, { pollMs: 20, lookMs: 20, limit: 2 });
  running.push(one);
  return one;
};
const say = async (...all: readonly string[]): Promise<bigint> => {
  for (const said of all) {
    const { data: _, ...event } = newEvent({ changes: [] });
    const data = JSON.stringify({ outcome: said });
    await ledger.append([{ tenant: 'acme', stream: said, expected: 'any', events: [{ ...event, data }] }]);
  }
  return ledger.head();
};
const rows = () =>
  db.service.asTenant('acme', async (client) => {
    const { rows: all } = await client.query<{ said: string }>('select said from spec.words order by position');
    return all.map(({ said }) => said).join(' ');
  });
const isLive = (version: number) =>
  eventually(async () => expect(await knownProjections(db.projector)).toMatchObject([{ version }]), { within: 30_000 });

describe('a build with another version of a projector', () => {
  it('makes its rows beside the old ones, which are read and kept up to date meanwhile, and is live when it has caught up', async () => {
    const old = deployed(older());
    await old.following.waitFor(await say('a', 'b', 'c'), 10_000);
    let going = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (going) seen.add(await rows());
    })();
    const young = deployed(newer());
    await isLive(2);
    await eventually(() => expect(young.isBuilt()).toBe(true));
    await young.following.waitFor(await say('d'), 10_000);
    going = false;
    await reading;
    // Never a mixture, never fewer.
    for (const one of seen) expect(['a b c', 'A B C', 'A B C D']).toContain(one);
    expect(await rows()).toBe('A B C D');
    expect([old.projection.isActive(), young.projection.isActive()]).toEqual([false, true]);
    expect(old.following.state).toBe('running');
  }, 90_000);

  it('is rolled back to the rows of before, which the old build kept up to date, and does not go live by itself again', async () => {
    const old = deployed(older());
    await old.following.waitFor(await say('a'), 10_000);
    const young = deployed(newer());
    await isLive(2);
    await young.following.waitFor(await say('b'), 10_000);
    await eventually(() => young.rebuild.rollback());
    expect(young.projection.liveVersion()).toBe(1);
    expect(await rows()).toBe('a b');
    await old.following.waitFor(await say('c'), 10_000);
    await eventually(async () => expect(await young.rebuild.attend()).toMatchObject({ version: 2, position: 3n }));
    expect(await rows()).toBe('a b c');
    expect(young.isBuilt()).toBe(true);
    await young.rebuild.swap();
    expect(await rows()).toBe('A B C');
  }, 90_000);

  it('needs no old build to go on: rows stay as that left them until its own are live', async () => {
    const old = deployed(older());
    await old.following.waitFor(await say('a', 'b'), 10_000);
    await old.stop();
    await say('c');
    deployed(newer());
    await isLive(2);
    await eventually(async () => expect(await rows()).toBe('A B C'));
    // Nobody makes the rows of before any longer: back goes who deploys the build that does.
    await say('d');
    await eventually(async () => expect(await rows()).toBe('A B C D'));
    const again = deployed(older());
    await eventually(async () => expect(await again.rebuild.attend()).toMatchObject({ version: 1, position: 4n }));
    expect(await rows()).toBe('A B C D');
    await again.rebuild.rollback();
    expect(await rows()).toBe('a b c d');
  }, 90_000);

  it('answers what came after the old one’s mark, and nothing before, however often its warm-up is interrupted', async () => {
    const answered: string[] = [];
    const old = deployed(older(answered));
    await old.following.waitFor(await say('a', 'b', 'c', 'd', 'e'), 10_000);
    await old.stop();
    await say('f');
    const full = (said: string): string => {
      if (said === 'd') throw Object.assign(new Error('no space'), { code: '53100' });
      return said.toUpperCase();
    };
    for (let tries = 0; tries < 2; tries += 1) {
      const interrupted = deployed(build(2, full, answered));
      await eventually(async () =>
        expect(await interrupted.rebuild.attend()).toMatchObject({ version: 2, position: 2n }),
      );
      await interrupted.stop();
    }
    const last = deployed(newer(answered));
    await isLive(2);
    await last.following.waitFor(await say('g'), 10_000);
    expect(answered).toEqual(['1: a', '1: b', '1: c', '1: d', '1: e', '2: f', '2: g']);
  }, 90_000);

  it('goes on where the older one was, where it keeps no rows', async () => {
    const heard: string[] = [];
    const listener = (version: number): Build => ({ ...build(version, String, heard), tables: [], project: () => [] });
    const old = deployed(listener(1));
    await old.following.waitFor(await say('a', 'b'), 10_000);
    const young = deployed(listener(2));
    await isLive(2);
    await eventually(() => expect(old.projection.isActive()).toBe(false));
    await young.following.waitFor(await say('c'), 10_000);
    expect(heard).toEqual(['1: a', '1: b', '2: c']);
  }, 90_000);

  it.each([1, 2])(
    'has its own rows alone, though one before it was at work on those beside, by %i workers',
    async (workers) => {
      const counting = (version: number, ready = () => Promise.resolve()): Build =>
        projector({
          name: sums.name,
          version,
          tables: [sums],
          events: ['SessionEnded'],
          prepare: ready,
          *project(events) {
            for (const { tenant } of events) yield sums.put({ tenant, id: 'all', n: 1n });
          },
        });
      const live = deployed(counting(1));
      await live.following.waitFor(await say('a', 'b', 'c'), 10_000);
      const begun = async (what: Build) => {
        const beside = rebuild(what, { db: db.projector, ledger, running: live });
        await beside.begin({ workers });
        return beside;
      };
      const [isPrepared, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const second = await begun(counting(2, () => (isPrepared.resolve(), mayGoOn.promise)));
      await isPrepared.promise;
      const third = await begun(counting(3));
      mayGoOn.resolve();
      // What it was at comes to its end, whatever that is.
      await second.stop();
      await eventually(() => third.swap());
      await third.stop();
      const made = await db.service.asTenant('acme', (client) =>
        client.query<{ n: bigint }>('select n from spec.sums'),
      );
      expect(made.rows).toEqual([{ n: 3n }]);
    },
    90_000,
  );

  it('is fed from the ledger where an old build has the feed', async () => {
    const feed = {
      ...ledgerFeed(ledger),
      state: () => ({ joined: true, active: false, lastError: undefined, retries: 0 }),
    };
    const old = deployed(older());
    await old.following.waitFor(await say('a'), 10_000);
    const nothing = { ...ledger, tail: () => Promise.resolve([]) };
    const young = run(newer(), { feed: { ...feed, follow: ledgerFeed(nothing).follow }, ledger, db: db.projector }, { pollMs: 20, lookMs: 20 }); // prettier-ignore
    running.push(young);
    await isLive(2);
    await say('b');
    await eventually(async () => expect(await rows()).toBe('A B'));
  }, 90_000);
});
