import type { Instant } from '@throughline/contracts';
import type { Fork } from './fork.ts';

/**
 * An event's place in the whole ledger: 1, 2, 3 … without holes where the adapter says so ({@link Abilities}), else growing
 * numbers; 0 is before the first. At most 2^53 - 1, so that JSON can tell it as a number.
 */
export type Position = bigint;

/** An event to be stored. `data` and `meta` are JSON text and are kept byte for byte. */
export type NewEvent = {
  /** UUID. The same id again is the same fact. */
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly data: string;
  readonly meta: string;
  /**
   * What "the same content" means for this event: 64 hexadecimal digits; by default the SHA-256 of type and data.
   * (Sealed data differs at every sealing, so capture gives a keyed MAC over what was declared.)
   */
  readonly fingerprint?: string;
};

/** What a stream must be like for the command to hold: anything, without events, with events, or at this version. */
export type Expected = 'any' | 'none' | 'exists' | number;

/**
 * Events for one stream of one tenant. Succeeds or fails alone and whole, even inside a shared flush. Without events it
 * stores none, and what else it says holds all the same: that is how a consumer without news moves its checkpoint.
 */
export type Command = {
  readonly tenant: string;
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
  /** Ids of the keys that the data is sealed under; refused where one of them is destroyed. */
  readonly sealedUnder?: readonly string[];
  /** Ids of keys that are destroyed ones from this command on; it needs the event that says so. */
  readonly destroys?: readonly string[];
  /** A consumer's place, moved from `from` to `to` together with these events or not at all. */
  readonly checkpoint?: { readonly consumer: string; readonly from: Position; readonly to: Position };
};

/**
 * What became of one command. Positions and versions stand in the order of its events. Where several things are wrong
 * the first of these is told: a repeated id (`PartlyKnown`), `IdElsewhere`, `IdReused`, duplicate, `PartlyKnown`,
 * `CheckpointMoved`, conflict, `KeyDestroyed`.
 */
export type Outcome =
  | { readonly is: 'appended'; readonly positions: readonly Position[]; readonly versions: readonly number[] }
  /** All its ids were known with the same content: the first caller's positions. */
  | { readonly is: 'duplicate'; readonly positions: readonly Position[]; readonly versions: readonly number[] }
  /** The stream is at another version than expected; 0 where it has no events. */
  | { readonly is: 'conflict'; readonly actual: number }
  | {
      readonly is: 'refused';
      readonly reason: Refusal;
      /** The first event id that it is about. */
      readonly event?: string;
      /** Where that event was stored, unless that is another tenant's; for `CheckpointMoved` where the checkpoint is. */
      readonly position?: Position;
      /** The destroyed key. */
      readonly key?: string;
    };

/**
 * `IdReused` a known id with other content; `IdElsewhere` a known id in another stream; `PartlyKnown` some ids known,
 * some new, or one id twice in the command; `KeyDestroyed` seal again; `CheckpointMoved` another consumer went on.
 */
export type Refusal = 'IdReused' | 'IdElsewhere' | 'PartlyKnown' | 'KeyDestroyed' | 'CheckpointMoved';

/** An event as it was stored. */
export type StoredEvent = {
  readonly position: Position;
  readonly tenant: string;
  readonly stream: string;
  /** 1, 2, 3 … within the stream. */
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Instant;
  /** Strictly grows from one flush to the next, so that an instant names one position. */
  readonly recordedAt: Instant;
  readonly data: string;
  readonly meta: string;
};

/** What an adapter can and cannot do by its nature. */
export type Abilities = {
  /** Positions are 1, 2, 3 … */
  readonly dense: boolean;
  /** Flushes are chained by hashes. */
  readonly chained: boolean;
  /** A consumer's checkpoint can move with events; elsewhere a {@link Command.checkpoint} is an {@link InvalidCommand}. */
  readonly checkpoints: boolean;
};

/** A stream to be read, and from which version on (default 1). */
export type Wanted = { readonly stream: string; readonly fromVersion?: number };

/** The immutable, ordered store of all events of all tenants. */
export interface Ledger {
  readonly abilities: Abilities;
  /**
   * Durable once it resolves. One outcome per command, in order; commands of one stream that one process appends are
   * stored in the order of the calls, awaited or not. Rejects with {@link InvalidCommand}, `LedgerBusy` or
   * `LedgerClosed` before anything is stored, with `LedgerUnavailable` where that is unknown.
   */
  append(commands: readonly Command[]): Promise<readonly Outcome[]>;
  /** The events of one stream, oldest first, from `fromVersion` (default 1), at most `limit` (default all). */
  read(
    tenant: string,
    stream: string,
    options?: { fromVersion?: number; limit?: number },
  ): Promise<readonly StoredEvent[]>;
  /** The events of several streams of one tenant at once, each stream's oldest first, from its `fromVersion` (default 1). */
  readAll(tenant: string, wanted: readonly Wanted[]): Promise<readonly StoredEvent[]>;
  /** The next events after a position, in position order, at most `limit` (default 1 000); `tenant` narrows. Empty at the head. */
  tail(after: Position, options?: { limit?: number; tenant?: string }): Promise<readonly StoredEvent[]>;
  /** The position of the last event; 0n where there is none. */
  head(): Promise<Position>;
  /** In which fork the event at a position was stored; undefined where none is. */
  forkAt(position: Position): Promise<Fork | undefined>;
  /** Where a consumer's checkpoint stands (0n at first); only those that move by {@link Command.checkpoint}. */
  checkpoint(consumer: string): Promise<Position>;
  /** Calls `wake` some time after the head moved. A hint only: callers poll as well. Answers how to stop. */
  watch(wake: () => void): () => void;
  /** Finishes what was accepted, then frees everything. */
  close(): Promise<void>;
}

/** A command that no ledger can store: an id or name with a control character, not JSON, no UUID, over a limit. */
export class InvalidCommand extends Error {
  override readonly name = 'InvalidCommand';

  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`${field} ${reason}`);
  }
}
