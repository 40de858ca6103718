import { type Fork, forkName, type Ledger, type Position, type StoredEvent } from '@throughline/ledger';
import { markAt, markOf } from '../ground.ts';
import { Fenced } from './fenced.ts';
import type { Place } from './place.ts';

/** In which forks of the ledger a page lies, as long as it is still the ledger's. */
export type Forks = {
  /** Of each event after a place. Throws {@link Fenced} where the ledger has others there, or at the place, by now. */
  of(from: Place, events: readonly StoredEvent[]): Promise<(position: Position) => Fork>;
  /** Throws {@link Fenced} where the ledger does not have an event in that fork any more. */
  affirm(event: StoredEvent, fork: Fork): Promise<void>;
  /** Throws {@link Fenced} where the ledger ends before a place, or has another event there by now. */
  stand(place: Place): Promise<void>;
};

const goneAt = (position: Position) =>
  new Fenced(`the ledger was restored: what was read at ${position} is not there any more`);

/**
 * The forks of pages, one after the other. They change with a restore or a promotion alone: where the last event is of
 * the fork that the page before ended in, so are all; where it is of another one, the page may have been read before.
 */
export const forksIn = (ledger: Pick<Ledger, 'abilities' | 'forkAt' | 'tail' | 'head'>): Forks => {
  const at = async (event: StoredEvent): Promise<Fork> => {
    const fork = await ledger.forkAt(event.position);
    if (!fork) throw goneAt(event.position);
    return fork;
  };
  const expectStored = async (event: StoredEvent): Promise<void> => {
    if ((await markAt(ledger, event.position)) !== markOf(event)) throw goneAt(event.position);
  };
  const stand = async ({ relayed, mark }: Place): Promise<void> => {
    const found = ledger.abilities.dense ? await markAt(ledger, relayed) : undefined;
    const isThere = found === undefined ? (await ledger.head()) >= relayed : found === (mark ?? found);
    if (!isThere) throw goneAt(relayed);
  };
  let known: Fork | undefined;

  const of = async (from: Place, events: readonly StoredEvent[]): Promise<(position: Position) => Fork> => {
    const [first, last] = [events[0]!, events.at(-1)!];
    const fork = await at(last);
    if (known && isSame(known, fork)) return () => fork;
    await expectStored(last);
    await stand(from);
    known = fork;
    if (isSame(await at(first), fork)) return () => fork;
    const each = new Map<Position, Fork>();
    for (const event of events) each.set(event.position, await at(event));
    return (position) => each.get(position)!;
  };

  return {
    of,
    affirm: async (event, fork) => {
      if (!isSame(await at(event), fork)) throw goneAt(event.position);
    },
    stand,
  };
};

const isSame = (one: Fork, other: Fork): boolean => forkName(one) === forkName(other);
