import type { EventName, Recorded, Seal } from '@throughline/contracts';
import type { StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Change, Shape } from './table.ts';

/** An event as a projector hears it: parsed and upcast, its personal fields still sealed. */
export type Heard<Name extends EventName = EventName> = Recorded<Name> & {
  readonly seals: readonly Seal[];
  /** As it stands in the ledger: what a vault opens. */
  readonly stored: StoredEvent;
};

/**
 * Makes rows from events. Bump `version` when the same events are to make other rows: a
 * build with a greater one makes them beside those of the one that is live. Until they are live its queries read the old
 * ones, so a migration may add to their tables, and takes nothing away.
 *
 * `project` is pure, and a batch is only a stretch of the ledger: whatever way the events are cut into batches, the
 * rows come out the same. A projector without `prepare` gets this by looking at one event at a time.
 */
export type Projector<Name extends EventName = EventName, Context = void> = {
  /** `timeline.entry` */
  readonly name: string;
  readonly version: number;
  readonly tables: readonly Shape[];
  /** The events that it hears; all others pass by. */
  readonly events: readonly Name[];
  /**
   * What becomes of an event whose type this build does not know: parked with the later ones of its stream (the
   * default), or passed by. A known type of a newer schema than this build's is parked by all that hear it.
   */
  readonly unknown?: 'park' | 'pass';
  /**
   * Effects at the edge: opens seals, reads what the fold needs of the rows as they are. What it read is still so when
   * the batch commits: rows change only by commits that move this projection's checkpoint, and the batch commits only
   * where that has not moved since before `prepare`. What reaches beyond the rows (an append, a message) is done only
   * where it is `acting`: rows that are made beside live ones are made of events that were answered by those.
   */
  readonly prepare?: (events: readonly Heard<Name>[], db: Client, acting: boolean) => Promise<Context>;
  /** The changes, in order. */
  readonly project: (events: readonly Heard<Name>[], context: Context) => Iterable<Change>;
};

/** Writes a projector down with its types inferred. */
export const projector = <const Name extends EventName, Context = void>(
  description: Projector<Name, Context>,
): Projector<Name, Context> => description;
