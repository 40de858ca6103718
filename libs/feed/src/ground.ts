import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import { BeyondLedger, GivenUpFuture } from './consumer.ts';

/** What a consumer stands on: the event at its position, as it was when it dealt with it. */
export type Ground = {
  /** It dealt with this event, and stands there. */
  readonly stand: (event: StoredEvent) => void;
  /** Whether the ledger has the event, in its place; then it has all before it as well. */
  readonly has: (event: StoredEvent) => Promise<boolean>;
  /** What speaks against going on from a position. What was found once stays so until the position is another one. */
  readonly objection: (position: Position) => Promise<BeyondLedger | GivenUpFuture | undefined>;
};

/** What the ground is looked for in: the ledger itself, and nothing that answers from memory. */
export type Soil = Pick<Ledger, 'tail'> & Partial<Pick<Ledger, 'head' | 'abilities'>>;

// A fact that is brought again after a restore has its id, and is recorded at another instant.
const markOf = ({ id, recordedAt }: StoredEvent): string => `${id} ${recordedAt}`;
const unheardOf = '';

/** Where positions are not dense it is looked for the head alone; where nothing tells the head, for nothing. */
export const groundOf = (consumer: string, { tail, head, abilities }: Soil): Ground => {
  let stood: { readonly position: Position; readonly mark: string } = { position: 0n, mark: unheardOf };

  const markAt = async (position: Position): Promise<string | undefined> => {
    if (!abilities?.dense) return undefined;
    const [found] = await tail(position - 1n, { limit: 1 });
    return found?.position === position ? markOf(found) : undefined;
  };

  return {
    stand: (event) => void (stood = { position: event.position, mark: markOf(event) }),
    has: async (event) => !abilities?.dense || (await markAt(event.position)) === markOf(event),
    objection: async (position) => {
      if (position === 0n || !head) return undefined;
      const isNew = stood.position !== position;
      const mark = await markAt(position);
      if (mark !== undefined && (isNew || mark === stood.mark)) {
        stood = { position, mark };
        return undefined;
      }
      const end = await head();
      if (position <= end) return mark === undefined ? undefined : new GivenUpFuture(consumer, position);
      if (isNew) stood = { position, mark: unheardOf };
      return new BeyondLedger(consumer, position, end);
    },
  };
};
