import { setTimeout as pause } from 'node:timers/promises';
import { livePosition } from '@throughline/read-model';
import type { Sources } from './sources.ts';

/** A projection by its name. */
type Place = { readonly name: string };

const patienceMs = 5_000;

/** Resolves as soon as the projection tells of everything up to a position; false where it does not within five seconds. */
export const caughtUp = async ({ db }: Pick<Sources, 'db'>, { name }: Place, position: bigint): Promise<boolean> => {
  const deadline = performance.now() + patienceMs;
  for (let wait = 5; performance.now() < deadline; wait = Math.min(wait * 2, 100)) {
    if ((await livePosition(db, name)) >= position) return true;
    await pause(wait);
  }
  return false;
};

/**
 * What `find` finds, at once, or as soon as the projection that it reads from has come to where the ledger is now; so that
 * who was just told a position is not told that there is nothing. Undefined where there is nothing then, or after five seconds.
 */
export const findCaughtUp = async <T>(
  deps: Pick<Sources, 'ledger' | 'db'>,
  place: Place,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const found = await find();
  if (found !== undefined) return found;
  await caughtUp(deps, place, await deps.ledger.head());
  return find();
};
