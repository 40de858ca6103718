import { setTimeout as pause } from 'node:timers/promises';
import { verifyLedger } from '@throughline/ledger';
import { crowd, type Crowd, type Erased, judgedCrowd, lookout, lookThrough, needlesOf, type Word } from '@throughline/testing'; // prettier-ignore
import type { Drill } from './drill.ts';
import { differing, opened, settled } from './fleet.judge.ts';
import { type World, world } from './fleet.world.ts';
import { until } from './ground.ts';
import { type Blow, chaos } from './kept.ts';

const many = { stays: 20, leaves: 10, returns: 10 };
const restMs = 1_000;
const restsMs = 900_000;
/** Longer than it takes a process to come back. */
const everyMs = 12_000;

/**
 * People are erased from a fleet over a real broker while they and others write and its processes are killed; which must
 * leave nothing of them anywhere, all of the others, a chain that holds, and rows as a fold from the first event makes them.
 */
export const erase: Drill = async ({ minutes, tell = () => undefined }) => {
  const began = performance.now();
  const on = await world();
  try {
    await on.start();
    tell('everything is up');
    const writing = crowd({ url: on.url, many, restMs });
    const working = erasedOf(writing, minutes * 60_000, tell);
    const struck = await chaos(blowsTo(on), { everyMs, least: 1, working }, tell);
    const erased = await working;
    const words = await writing.end();
    tell(`${words.length} words were acknowledged, ${erased.length} people erased`);
    const { found, faults } = await judgedCrowd(on.url, words, erased);
    faults.forEach(tell);
    const stored = await standing(on, tell);
    const files = await scanned(on, words, erased);
    const seconds = Math.round((performance.now() - began) / 1_000);
    return {
      faults: { ...found, ...stored.faults, ...files.faults },
      beside: { erased: erased.length, ...stored.beside, ...files.beside, died: on.died(), struck, seconds },
    };
  } finally {
    await on.close();
  }
};

/** Erases whoever is to be, evenly over the time. Resolves once all of it is certified, and those who write have said more. */
const erasedOf = async (writing: Crowd, lastsMs: number, tell: (line: string) => void): Promise<Erased[]> => {
  await writing.hasSaid(3);
  const began = performance.now();
  const gone = writing.people.filter(({ fate }) => fate !== 'stays').toSorted((a, b) => (a.mark < b.mark ? -1 : 1));
  const erased: Erased[] = [];
  for (const [nth, person] of gone.entries()) {
    await pause(Math.max(0, began + (lastsMs * nth) / gone.length - performance.now()));
    erased.push(await writing.erase(person));
    tell(`${erased.length} of ${gone.length} are erased`);
  }
  for (const one of erased) await writing.certified(one, restsMs);
  tell('all of it is certified');
  await writing.hasSaid(3);
  return erased;
};

/** One replica of each service is killed, so that what it had begun is another one's to end. */
const blowsTo = ({ replicas }: World): Blow[] =>
  replicas.filter(({ name }) => name.endsWith(' 1')).map((to) => ({ to, by: 'kill' }));

/** The ledger and the rows: dense, chained, nothing parked, and as a fold from the first event has them. */
const standing = async (on: World, tell: (line: string) => void) => {
  const { sources, release } = await opened(on);
  try {
    const { ledger, projectorDb } = sources;
    await until(() => settled(sources, []), restsMs, tell);
    const head = await ledger.head();
    const { rows } = await projectorDb.query<{ events: bigint; parked: bigint }>(
      `select (select count(*) from ledger.event) as events, (select count(*) from feed.parked where dropped_at is null) as parked`,
    );
    const verdict = await verifyLedger(projectorDb);
    const different = await differing(on, sources, tell);
    const { events, parked } = rows[0]!;
    return {
      faults: {
        holes: Number(head - events),
        parked: Number(parked),
        unproven: verdict.ok ? 0 : 1,
        different: different.length,
      },
      beside: {
        events: Number(events),
        verify: verdict.ok ? `the chain holds from 1 to ${verdict.to}` : `${verdict.position}: ${verdict.reason}`,
        ...(different.length > 0 && { differing: different }),
      },
    };
  } finally {
    await release();
  }
};

/** Every file of the database, the broker and the keys; which must have held what they said, or the scan means nothing. */
const scanned = async ({ folders, halt }: World, words: readonly Word[], erased: readonly Erased[]) => {
  await halt();
  const wanted = lookout(erased.flatMap(({ person }) => needlesOf(person)));
  const all = await Promise.all(folders.map((folder) => lookThrough(folder, wanted)));
  const gone = words.filter(({ by, ackedAt }) => erased.some(({ person, askedAt }) => person === by && ackedAt < askedAt)); // prettier-ignore
  const held = await Promise.all(folders.map((folder) => lookThrough(folder, lookout(gone.map(({ id }) => id)))));
  const inSegments = held.flatMap(({ found }) => found).filter(({ where }) => /\/throughline\.ledger\.v1-\d+\/\d+\.log$/.test(where)); // prettier-ignore
  const segments = new Set(inSegments.map(({ needle }) => needle));
  return {
    faults: {
      needles: all.reduce((sum, { found }) => sum + found.length, 0),
      unseen: gone.filter(({ id }) => !segments.has(id)).length,
    },
    beside: {
      scannedMiB: Math.round(all.reduce((sum, { size }) => sum + size, 0) / 2 ** 20),
      inSegments: segments.size,
    },
  };
};
