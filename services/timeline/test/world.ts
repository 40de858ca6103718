import { follow } from '@throughline/feed';
import { identityProjector } from '@throughline/identity';
import { type Projection, projection } from '@throughline/read-model';
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
  const projections: readonly Projection[] = [
    projection(timeline, { db }),
    projection(search(vault, keys), { db }),
    projection(identityProjector, { db }),
  ];
  const followings = projections.map((one) => follow(ledger, one, { limit }));

  return {
    ...on,
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
      await Promise.all(followings.map((one) => one.stop()));
      await on.close();
    },
  };
};

export type World = Awaited<ReturnType<typeof world>>;
