/** For specs: a consumer with its parked events in memory, whose commits are as whole as a transaction. */
import { isEventName, UnknownEvent } from '@throughline/contracts';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Recorder } from '../src/conformance.ts';
import { CheckpointMoved, type Partition, Poison } from '../src/consumer.ts';
import type { ParkedDesk, ParkedEvent } from '../src/desk.ts';
import type { Parked, StreamName } from '../src/parked.ts';
import { keyOf } from '../src/plan.ts';

type Kept = ParkedEvent & { readonly partition: Partition; readonly wanted: boolean; readonly dropped: boolean };

/** What would be in a database: one consumer's place, effects and parked events. */
export type Store = {
  places: Map<Partition, { position: Position; turn: number; ground?: string }>;
  trails: Map<string, readonly Position[]>;
  parked: readonly Kept[];
};

export const emptyStore = (): Store => ({ places: new Map(), trails: new Map(), parked: [] });

/** A process's view of the consumer; several may share a store. */
export const memoryRecorder = (store: Store, name: string, onEvent: (event: StoredEvent) => void): Recorder => {
  const turns = new Map<Partition, number>();
  return {
    name,
    parked: memoryParked(store),
    trail: async (stream) => store.trails.get(stream) ?? [],

    position: async (partition) => {
      const { position, turn } = store.places.get(partition) ?? { position: 0n, turn: 0 };
      turns.set(partition, turn);
      return position;
    },
    ground: (partition) => store.places.get(partition)?.ground,

    apply: async ({ partition, after, to, events, park, unpark, ground }) => {
      const turn = turns.get(partition);
      const trails = new Map(store.trails);
      for (const event of events) {
        if (!isEventName(event.type)) throw new Poison(event.position, new UnknownEvent(event.type));
        onEvent(event);
        trails.set(event.stream, [...(trails.get(event.stream) ?? []), event.position]);
      }
      // As if the statement took a moment, so that others come in between.
      await Promise.resolve();
      const place = store.places.get(partition) ?? { position: 0n, turn: 0, ground: undefined };
      if (place.turn !== turn || place.position !== after) throw new CheckpointMoved(name, partition, after);
      const gone = new Set(unpark.map(({ position }) => position));
      const kept = store.parked.filter(({ position, dropped }) => dropped || !gone.has(position));
      if (store.parked.length - kept.length !== unpark.length) throw new CheckpointMoved(name, partition, after);
      const more = park.map(({ event, error }) => keptOf(name, partition, event, error));
      store.parked = [...kept, ...more].toSorted((a, b) => Number(a.position - b.position));
      store.trails = trails;
      store.places.set(partition, { position: to, turn: turn + 1, ground: ground ?? place.ground });
      turns.set(partition, turn + 1);
    },
  };
};

const textOf = (error: Error): string => `${error.name}: ${error.message}`;

const keptOf = (consumer: string, partition: Partition, event: StoredEvent, error: Error | undefined): Kept => ({
  consumer,
  position: event.position,
  event,
  error: error && textOf(error),
  since: event.recordedAt,
  attempts: error ? 1 : 0,
  partition,
  wanted: false,
  dropped: false,
});

const isOf =
  (stream: StreamName) =>
  ({ event }: Kept): boolean =>
    keyOf(event) === keyOf(stream);

const memoryParked = (store: Store): Parked => ({
  streams: async ({ partition }) => {
    const here = store.parked.filter((kept) => kept.partition === partition && !kept.dropped);
    const byStream = Map.groupBy(here, ({ event }) => keyOf(event));
    return [...byStream.values()].map((of) => ({
      ...of[0]!.event,
      wanted: of[0]!.attempts === 0 || of.some(({ wanted }) => wanted),
    }));
  },
  next: async (_, stream, limit) =>
    store.parked
      .filter((kept) => isOf(stream)(kept) && !kept.dropped)
      .slice(0, limit)
      .map(({ event }) => event),
  failed: async (_, event, error) => {
    store.parked = store.parked.map((kept) => {
      if (!isOf(event)(kept)) return kept;
      const tried = kept.position === event.position;
      return { ...kept, wanted: false, ...(tried && { error: textOf(error), attempts: kept.attempts + 1 }) };
    });
  },
});

export const memoryDesk = (store: Store, tenant: string): ParkedDesk => {
  const mine = () => store.parked.filter(({ event, dropped }) => event.tenant === tenant && !dropped);
  const named = (position: Position) => mine().find((kept) => kept.position === position);
  const change = (those: (kept: Kept) => boolean, into: Partial<Kept>) => {
    const changed = mine().filter(those);
    store.parked = store.parked.map((kept) => (changed.includes(kept) ? { ...kept, ...into } : kept));
    return changed.length;
  };
  return {
    list: async ({ after, limit = 100 } = {}) =>
      mine().filter(({ position }) => position > (after?.position ?? 0n)).slice(0, limit), // prettier-ignore
    count: async () => mine().length,
    show: async ({ position }) => named(position),
    retry: async ({ position }) => {
      const kept = named(position);
      return kept ? change(isOf(kept.event), { wanted: true }) : 0;
    },
    drop: async ({ position }) => change((kept) => kept.position === position, { dropped: true }) === 1,
  };
};
