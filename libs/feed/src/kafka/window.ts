import { type Fork, forkName, type Position, type StoredEvent } from '@throughline/ledger';

/** A record of the topic by its place in the ledger's order; without the event where it was too large for the broker. */
export type Placed = {
  readonly position: Position;
  /** The position before it in the whole ledger. */
  readonly ledgerPrev: Position;
  /**
   * In which fork of the ledger it was stored. Of two futures the one with the greater epoch is the ledger's; of two with
   * the same epoch, which one dump had that was restored twice, the one that is seen later.
   */
  readonly fork: Fork;
  readonly event?: StoredEvent;
};

/** What the window can say of the events after a position. */
export type Offer = {
  /** The next events in the ledger's order, without a gap; where there are none, `next` says why. */
  readonly events: readonly StoredEvent[];
  /**
   * What comes after them: `nothing` that is known of; a `gap`, where later ones are here already and the next one is on its
   * way or will never come; a `stub`, which is to be had from the ledger; or all of it is `gone` from the window.
   */
  readonly next: 'nothing' | 'gap' | 'stub' | 'gone';
};

/** What many partitions brought, as the one order that the ledger has. */
export type Window = {
  /** Takes a record, from wherever and as often as it comes: what is here already, or done with, changes nothing. */
  offer(partition: number, offset: bigint, record: Placed): void;
  /** Notes a record that says nothing. */
  skip(partition: number, offset: bigint): void;
  after(position: Position, limit: number): Offer;
  /** Whether a partition may bring more: each has an equal share of the bytes, so that none waits for room that another needs. */
  hasRoom(partition: number): boolean;
  /** Lets go of everything up to a position. */
  trim(to: Position): void;
  /** Lets go of all that is here: it is to be had from the ledger. */
  forget(): void;
  /** Per partition the offset before which there is nothing that is still needed; empty where nothing was let go of yet. */
  done(): ReadonlyMap<number, bigint>;
};

type Kept = Placed & { readonly offset: bigint; readonly bytes: number };
/** A fork, when it was seen among the others, and the least position that one of its records is known to follow. */
type Begun = { readonly epoch: number; readonly nth: number; after: Position | undefined };
type Line = { kept: Kept[]; bytes: number; done: bigint | undefined };

// What an event costs beside its text: its object, its ids, its place in the maps.
const overhead = 1_000;

/** Whether what one fork has takes the place of what the other one has. */
const tookOver = (one: Begun, other: Begun): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.nth > other.nth);

/** An empty window over so many partitions, that holds about `mostBytes`. */
export const openWindow = (partitions: number, mostBytes: number): Window => {
  const byPrev = new Map<Position, Kept>();
  const lines = new Map<number, Line>();
  /** The forks in the order in which they were seen, by name. */
  const forks = new Map<string, Begun>();
  /** Of each epoch the fork with an id that was seen last. */
  const withId = new Map<number, Fork>();
  const share = mostBytes / Math.max(1, partitions);
  let floor: Position = 0n;
  let top: Position = 0n;

  const lineOf = (partition: number): Line => {
    const line = lines.get(partition) ?? { kept: [], bytes: 0, done: undefined };
    lines.set(partition, line);
    return line;
  };
  const skip = (line: Line, offset: bigint) => {
    if (line.kept.length === 0) line.done = offset + 1n;
  };

  const begunIn = (fork: Fork): Begun => {
    const name = forkName(fork);
    const begun = forks.get(name) ?? { epoch: fork.epoch, nth: forks.size, after: undefined };
    forks.set(name, begun);
    return begun;
  };

  /** A relay that knows of no ids may send between two that do: what it sends is of the fork of that epoch that is here. */
  const toldOf = (fork: Fork): Fork => {
    if (fork.id === null) return withId.get(fork.epoch) ?? fork;
    withId.set(fork.epoch, fork);
    return fork;
  };

  const isGivenUp = ({ fork, position }: Placed): boolean => {
    const own = begunIn(fork);
    return forks.values().some((it) => it.after !== undefined && position > it.after && tookOver(it, own));
  };

  const letGo = (line: Line, gone: readonly Kept[]) => {
    for (const one of gone) {
      byPrev.delete(one.ledgerPrev);
      line.bytes -= one.bytes;
    }
  };

  const note = ({ fork, ledgerPrev }: Placed) => {
    const begun = begunIn(fork);
    if (begun.after !== undefined && begun.after <= ledgerPrev) return;
    begun.after = ledgerPrev;
    if (forks.size === 1) return;
    for (const line of lines.values()) {
      letGo(line, line.kept.filter(isGivenUp));
      line.kept = line.kept.filter((one) => !isGivenUp(one));
    }
    top = [...byPrev.values()].reduce((most, { position }) => (position > most ? position : most), 0n);
  };

  const trim = (to: Position) => {
    if (to > floor) floor = to;
    for (const line of lines.values()) {
      const still = line.kept.findIndex(({ position }) => position > to);
      const gone = line.kept.splice(0, still === -1 ? line.kept.length : still);
      letGo(line, gone);
      const last = gone.at(-1);
      if (last) line.done = last.offset + 1n;
    }
  };

  return {
    offer: (partition, offset, sent) => {
      const line = lineOf(partition);
      const fork = toldOf(sent.fork);
      const record = fork === sent.fork ? sent : { ...sent, fork };
      // Nothing leads backwards; what would is no record of the ledger.
      if (record.position <= floor || record.position <= record.ledgerPrev) return skip(line, offset);
      if (isGivenUp(record)) return skip(line, offset);
      note(record);
      if (byPrev.has(record.ledgerPrev)) return;
      const { event } = record;
      const kept = { ...record, offset, bytes: overhead + (event ? event.data.length + event.meta.length : 0) };
      byPrev.set(record.ledgerPrev, kept);
      line.kept.push(kept);
      line.bytes += kept.bytes;
      if (record.position > top) top = record.position;
    },

    skip: (partition, offset) => skip(lineOf(partition), offset),

    after: (position, limit) => {
      const events: StoredEvent[] = [];
      if (position < floor) return { events, next: 'gone' };
      let at = position;
      for (let kept = byPrev.get(at); kept && events.length < limit; kept = byPrev.get(at)) {
        if (!kept.event) return { events, next: 'stub' };
        events.push(kept.event);
        at = kept.position;
      }
      return { events, next: top > at ? 'gap' : 'nothing' };
    },

    hasRoom: (partition) => lineOf(partition).bytes < share,

    trim,
    forget: () => trim(top),

    done: () => new Map([...lines].flatMap(([partition, { done }]) => (done === undefined ? [] : [[partition, done]]))),
  };
};
