import { checkName, limits, sound, type SoundCommand, type SoundEvent } from './command.ts';
import { LedgerClosed } from './errors.ts';
import { onlyFork } from './fork.ts';
import { fromMicros } from './instant.ts';
import type { Command, Ledger, Outcome, Position, StoredEvent } from './ledger.ts';

type Kept = { readonly event: StoredEvent; readonly fingerprint: string };

/** All that a ledger knows. Several ledgers on one store are as several processes. */
export type MemoryStore = {
  readonly log: StoredEvent[];
  readonly byId: Map<string, Kept>;
  readonly streams: Map<string, StoredEvent[]>;
  readonly destroyed: Set<string>;
  readonly checkpoints: Map<string, Position>;
  readonly wakes: Set<() => void>;
  /** When the last flush was recorded, in microseconds since 1970. */
  recordedAt: bigint;
};

/** An empty store. */
export const memoryStore = (): MemoryStore => ({
  log: [],
  byId: new Map(),
  streams: new Map(),
  destroyed: new Set(),
  checkpoints: new Map(),
  wakes: new Set(),
  recordedAt: 0n,
});

// Neither half can hold the separator.
const pair = (tenant: string, name: string): string => `${tenant}\u001e${name}`;

/** What speaks against storing a command; undefined where nothing does. The order is the port's. */
const objection = (store: MemoryStore, command: SoundCommand): Outcome | undefined =>
  identity(store, command) ?? moved(store, command) ?? conflict(store, command) ?? unreadable(store, command);

const identity = ({ byId }: MemoryStore, { tenant, stream, events, repeated }: SoundCommand): Outcome | undefined => {
  if (repeated !== undefined) return { is: 'refused', reason: 'PartlyKnown', event: repeated };
  const known = events.flatMap((event) => {
    const kept = byId.get(event.id);
    return kept ? [{ ...kept, same: kept.fingerprint === event.fingerprint }] : [];
  });
  const elsewhere = known.find(({ event }) => event.tenant !== tenant || event.stream !== stream)?.event;
  if (elsewhere) {
    const position = elsewhere.tenant === tenant ? elsewhere.position : undefined;
    return { is: 'refused', reason: 'IdElsewhere', event: elsewhere.id, position };
  }
  const reused = known.find(({ same }) => !same)?.event;
  if (reused) return { is: 'refused', reason: 'IdReused', event: reused.id, position: reused.position };
  const first = known[0]?.event;
  if (!first) return undefined;
  if (known.length < events.length)
    return { is: 'refused', reason: 'PartlyKnown', event: first.id, position: first.position };
  return placed('duplicate', known.map(({ event }) => event)); // prettier-ignore
};

const moved = ({ checkpoints }: MemoryStore, { checkpoint }: SoundCommand): Outcome | undefined => {
  if (!checkpoint) return undefined;
  const position = checkpoints.get(checkpoint.consumer) ?? 0n;
  return position === checkpoint.from ? undefined : { is: 'refused', reason: 'CheckpointMoved', position };
};

const conflict = ({ streams }: MemoryStore, { tenant, stream, expected }: SoundCommand): Outcome | undefined => {
  const actual = streams.get(pair(tenant, stream))?.length ?? 0;
  const holds =
    expected === 'any' || (expected === 'exists' ? actual > 0 : actual === (expected === 'none' ? 0 : expected));
  return holds ? undefined : { is: 'conflict', actual };
};

const unreadable = ({ destroyed }: MemoryStore, { tenant, sealedUnder }: SoundCommand): Outcome | undefined => {
  const key = sealedUnder.find((id) => destroyed.has(pair(tenant, id)));
  return key === undefined ? undefined : { is: 'refused', reason: 'KeyDestroyed', key };
};

const placed = (is: 'appended' | 'duplicate', events: readonly StoredEvent[]): Outcome => ({
  is,
  positions: events.map(({ position }) => position),
  versions: events.map(({ version }) => version),
});

const keep = (store: MemoryStore, { tenant, stream, events, destroys, checkpoint }: SoundCommand): Outcome => {
  const line = store.streams.get(pair(tenant, stream)) ?? [];
  store.streams.set(pair(tenant, stream), line);
  const recordedAt = fromMicros(store.recordedAt);
  const stored = events.map(({ fingerprint, ...event }: SoundEvent): StoredEvent => {
    const kept = {
      position: BigInt(store.log.length + 1),
      tenant,
      stream,
      version: line.length + 1,
      ...event,
      recordedAt,
    };
    store.log.push(kept);
    line.push(kept);
    store.byId.set(event.id, { event: kept, fingerprint });
    return kept;
  });
  for (const key of destroys) store.destroyed.add(pair(tenant, key));
  if (checkpoint) store.checkpoints.set(checkpoint.consumer, checkpoint.to);
  return placed('appended', stored);
};

export type MemoryLedgerOptions = {
  readonly store?: MemoryStore;
  /** Microseconds since 1970. */
  readonly now?: () => bigint;
};

/** A ledger in this process' memory, for specs: it keeps the port's promises as long as the process lives. */
export const memoryLedger = ({
  store = memoryStore(),
  now = () => BigInt(Date.now()) * 1_000n,
}: MemoryLedgerOptions = {}): Ledger => {
  const { wakes } = store;
  let closed = false;

  const flush = (commands: readonly SoundCommand[]): readonly Outcome[] => {
    const before = store.log.length;
    const at = now();
    store.recordedAt = at > store.recordedAt ? at : store.recordedAt + 1n;
    const outcomes = commands.map((command) => objection(store, command) ?? keep(store, command));
    if (store.log.length > before) setImmediate(() => wakes.forEach((wake) => wake()));
    return outcomes;
  };

  const read: Ledger['read'] = async (tenant, stream, { fromVersion = 1, limit = Infinity } = {}) => {
    checkName('tenant', tenant, limits.tenant);
    checkName('stream', stream, limits.stream);
    const from = Math.max(fromVersion, 1) - 1;
    return (store.streams.get(pair(tenant, stream)) ?? []).slice(from, from + limit);
  };

  return {
    abilities: { dense: true, chained: false, checkpoints: true },
    append: async (commands: readonly Command[]) => {
      if (closed) throw new LedgerClosed('the ledger is closed');
      return flush(commands.map(sound));
    },
    read,
    readAll: async (tenant, wanted) =>
      (await Promise.all(wanted.map(({ stream, fromVersion }) => read(tenant, stream, { fromVersion })))).flat(),
    tail: async (after, { limit = 1_000, tenant } = {}) => {
      if (tenant !== undefined) checkName('tenant', tenant, limits.tenant);
      const rest = store.log.slice(Number(after), tenant === undefined ? Number(after) + limit : undefined);
      return tenant === undefined ? rest : rest.filter((event) => event.tenant === tenant).slice(0, limit);
    },
    head: async () => BigInt(store.log.length),
    forkAt: async (position) => (position >= 1n && position <= store.log.length ? onlyFork : undefined),
    checkpoint: async (consumer) => {
      checkName('consumer', consumer, limits.name);
      return store.checkpoints.get(consumer) ?? 0n;
    },
    watch: (wake) => {
      // Its own entry for each call, so that one caller's stop is not another's.
      const entry = () => wake();
      wakes.add(entry);
      return () => void wakes.delete(entry);
    },
    close: async () => {
      closed = true;
    },
  };
};
