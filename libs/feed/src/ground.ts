import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { type Batch, BeyondLedger, type Consumer, GivenUpFuture, wholeLedger } from './consumer.ts';

/** What a consumer stands on: the event at its position, as it was when it dealt with it. */
export type Ground = {
  /** It dealt with this batch, and stands at its end. */
  readonly stand: (batch: Batch) => void;
  /** Whether the ledger has the event that a batch ends with, in its place; then it has all before it as well. */
  readonly has: (batch: Batch) => Promise<boolean>;
  /** What speaks against going on from a position. What was found once stays so until the position is another one. */
  readonly objection: (position: Position) => Promise<BeyondLedger | GivenUpFuture | undefined>;
};

/** What the ground is looked for in: the ledger itself, and nothing that answers from memory. */
export type Soil = Pick<Ledger, 'tail'> & Partial<Pick<Ledger, 'head' | 'abilities'>>;

/** An event in one word, its place first. A fact that is brought again after a restore has its id, and another instant. */
export const markOf = ({ position, id, recordedAt }: StoredEvent): string => `${position} ${id} ${recordedAt}`;
const unheardOf = '';

/** The event at a position in one word; undefined where there is none. */
export const markAt = async ({ tail }: Pick<Ledger, 'tail'>, position: Position): Promise<string | undefined> => {
  const [found] = await tail(position - 1n, { limit: 1 });
  return found?.position === position ? markOf(found) : undefined;
};

/**
 * What somebody who reads stands on at a position: the event there, in one word; where positions are not dense the position,
 * as long as the ledger reaches it. Undefined where it is not there (any more).
 */
export const groundAt = async ({ tail, head, abilities }: Soil, position: Position): Promise<string | undefined> => {
  if (position === 0n) return unheardOf;
  if (abilities?.dense) return markAt({ tail }, position);
  return !head || (await head()) >= position ? String(position) : undefined;
};

/** Where positions are not dense it is looked for the head alone; where nothing tells the head, for nothing. */
export const groundOf = (consumer: Pick<Consumer, 'name' | 'ground'>, { tail, head, abilities }: Soil): Ground => {
  let stood: { readonly position: Position; readonly mark?: string } = { position: 0n };

  const foundAt = async (position: Position) => (abilities?.dense ? markAt({ tail }, position) : undefined);
  /** What is kept of another place is of before the checkpoint was set by hand. */
  const keptAt = (position: Position): string | undefined => {
    const kept = consumer.ground?.(wholeLedger);
    return kept?.startsWith(`${position} `) ? kept : undefined;
  };

  return {
    stand: ({ to, ground }) => {
      if (ground !== undefined) stood = { position: to, mark: ground };
    },
    has: async ({ to, ground }) => ground === undefined || !abilities?.dense || (await foundAt(to)) === ground,
    objection: async (position) => {
      if (position === 0n || !head) return undefined;
      const kept = keptAt(position);
      if (kept !== undefined || stood.position !== position) stood = { position, mark: kept };
      const found = await foundAt(position);
      if (found !== undefined && found === (stood.mark ?? found)) {
        stood = { position, mark: found };
        return undefined;
      }
      const end = await head();
      if (position <= end) return found === undefined ? undefined : new GivenUpFuture(consumer.name, position);
      stood = { position, mark: stood.mark ?? unheardOf };
      return new BeyondLedger(consumer.name, position, end);
    },
  };
};
