import { ledgerFeed } from '@throughline/feed';
import { identityProjector } from '@throughline/identity';
import { run, type Running } from '@throughline/read-model';
import { reading, type Reading } from '../src/reading.ts';
import { search } from '../src/search/search.projector.ts';
import { timeline } from '../src/timeline.projector.ts';
import { ground, type Shared } from './ground.ts';

export { event } from './ground.ts';
export type { Said } from './said.ts';

const patienceMs = 20_000;

/** A ground with the projections at work, which take `limit` events at once. */
export const world = async ({ limit, ...shared }: Shared & { readonly limit?: number } = {}) => {
  const on = await ground(shared);
  const { ledger, projectorDb: db, vault, keys } = on;
  const deps = { feed: ledgerFeed(ledger), ledger, db };
  const running: readonly Running[] = [
    run(timeline, deps, { limit }),
    run(search(vault, keys), deps, { limit }),
    run(identityProjector, deps, { limit }),
  ];
  const projections = running.map(({ projection }) => projection);
  const followings = running.map(({ following }) => following);

  return {
    ...on,
    running,
    projections,
    followings,
    /** Resolves when all that was appended can be read. */
    caughtUp: async () => {
      const head = await ledger.head();
      for (const one of followings)
        if (!(await one.waitFor(head, patienceMs))) throw one.lastError ?? new Error(`${one.name} is not there`);
    },
    read: <T>(tenant: string, query: (reading: Reading) => Promise<T>): Promise<T> =>
      reading(on, { tenant, opens: true }, query),
    close: async () => {
      await Promise.all(running.map((one) => one.stop()));
      await on.close();
    },
  };
};

export type World = Awaited<ReturnType<typeof world>>;
