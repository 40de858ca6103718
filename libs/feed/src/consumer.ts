import type { Position, StoredEvent } from '@throughline/ledger';
import type { Parked } from './parked.ts';

/** A part of the ledger that is read in order and has a checkpoint of its own. */
export type Partition = string;

/** The one partition of who reads the ledger itself: all of it, in position order. */
export const wholeLedger: Partition = 'ledger';

/** An event to be put aside: with the error that its own application ended in, or behind an earlier one of its stream. */
export type Aside = { readonly event: StoredEvent; readonly error?: Error };

/**
 * One commit of a consumer. All of it happens together or not at all: the effect of `events`, the change of what is
 * parked, and the checkpoint's move.
 */
export type Batch = {
  readonly partition: Partition;
  /** Where the checkpoint has to stand; elsewhere nothing happens and {@link CheckpointMoved} is thrown. */
  readonly after: Position;
  /** Where it stands afterwards: all of the partition in (after, to] is dealt with. Equal to `after` where parked events return. */
  readonly to: Position;
  /** To be applied, in position order. */
  readonly events: readonly StoredEvent[];
  /** To be parked. */
  readonly park: readonly Aside[];
  /** Those of `events` that were parked and are so no longer. */
  readonly unpark: readonly StoredEvent[];
  /** The event at `to` in one word, to be kept beside the checkpoint; what is kept stays where this is not given. */
  readonly ground?: string;
};

/** Who takes events and keeps, per partition, how far it got: a projection, a reactor, a relay. */
export interface Consumer {
  /** Stable and unique: `timeline.entry@1`. Checkpoints and parked events are kept under it. */
  readonly name: string;
  /** Where its parked events are kept: the store that `apply` commits to. */
  readonly parked: Parked;
  /**
   * Whether it has work at all; where not, its following stands by until it has. As {@link position} found it last; always,
   * unless given.
   */
  isActive?(): boolean;
  /** The checkpoint: all events of the partition up to here are dealt with; 0n at first. */
  position(partition: Partition): Promise<Position>;
  /**
   * What is kept beside the checkpoint, as {@link position} found it last. By it who begins here finds out that the ledger
   * was restored to an earlier time and has gone past the checkpoint since; needed where the two are not restored together.
   */
  ground?(partition: Partition): string | undefined;
  /**
   * Commits one batch whole. Throws {@link CheckpointMoved} where somebody else went on; {@link Poison} where it knows
   * which event cannot be applied; anything else is classified by the feed (a fault of the world is waited out, a fault
   * of an event is searched for by halving).
   */
  apply(batch: Batch): Promise<void>;
}

/** The consumer's checkpoint is not where the batch begins: another process went on. Nothing was changed. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';

  constructor(consumer: string, partition: Partition, expected: Position) {
    super(`the checkpoint of ${consumer} on ${partition} is no longer at ${expected}`);
  }
}

/** The event at `position` cannot be applied, for the reason in `cause`: no search is needed. */
export class Poison extends Error {
  override readonly name = 'Poison';

  constructor(
    readonly position: Position,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/** The consumer is further than the ledger: it read a future that a restore gave up, or another ledger. It stays where it is. */
export class BeyondLedger extends Error {
  override readonly name = 'BeyondLedger';

  constructor(consumer: string, position: Position, head: Position) {
    super(
      `${consumer} has come to ${position}, and the ledger ends at ${head}: it was restored to an earlier time, or is another one; what was made of it is to be restored with it, or rebuilt where it can be (docs/recovery.md)`,
    );
  }
}

/** The ledger has another event where the consumer stands than the one it dealt with. It stays where it is. */
export class GivenUpFuture extends Error {
  override readonly name = 'GivenUpFuture';

  constructor(consumer: string, position: Position) {
    super(
      `${consumer} has come to ${position}, and the ledger has another event there by now: it was restored to an earlier time and went on, or is another one; what was made of it is to be restored with it, or rebuilt where it can be (docs/recovery.md)`,
    );
  }
}
