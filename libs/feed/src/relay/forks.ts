import { type Fork, forkName, type Ledger, type Position, type StoredEvent } from '@throughline/ledger';
import { Fenced } from './place.ts';

/** In which forks of the ledger a page lies, as long as it is still the ledger's. */
export type Forks = {
  /** Of each event. Throws {@link Fenced} where the ledger has others there by now. */
  of(events: readonly StoredEvent[]): Promise<(position: Position) => Fork>;
  /** Throws {@link Fenced} where the ledger does not have an event in that fork any more. */
  affirm(event: StoredEvent, fork: Fork): Promise<void>;
};

const gone = ({ position }: StoredEvent) =>
  new Fenced(`the ledger was restored: what was read at ${position} is not there any more`);

/**
 * The forks of pages, one after the other. They change with a restore or a promotion alone: where the last event is of
 * the fork that the page before ended in, so are all; where it is of another one, the page may have been read before.
 */
export const forksIn = ({ forkAt, tail }: Pick<Ledger, 'forkAt' | 'tail'>): Forks => {
  const at = async (event: StoredEvent): Promise<Fork> => {
    const fork = await forkAt(event.position);
    if (!fork) throw gone(event);
    return fork;
  };
  const expectStored = async (event: StoredEvent): Promise<void> => {
    const [now] = await tail(event.position - 1n, { limit: 1 });
    if (now?.id !== event.id || now.recordedAt !== event.recordedAt) throw gone(event);
  };
  let known: Fork | undefined;

  const of = async (events: readonly StoredEvent[]): Promise<(position: Position) => Fork> => {
    const [first, last] = [events[0]!, events.at(-1)!];
    const fork = await at(last);
    if (known && isSame(known, fork)) return () => fork;
    await expectStored(last);
    known = fork;
    if (isSame(await at(first), fork)) return () => fork;
    const each = new Map<Position, Fork>();
    for (const event of events) each.set(event.position, await at(event));
    return (position) => each.get(position)!;
  };

  return {
    of,
    affirm: async (event, fork) => {
      if (!isSame(await at(event), fork)) throw gone(event);
    },
  };
};

const isSame = (one: Fork, other: Fork): boolean => forkName(one) === forkName(other);
