import { Rejection } from '@throughline/decider';
import { isOf, positionSince, tipOfLedger } from '@throughline/ledger';
import { beyondHead } from '@throughline/service';
import { restoredSince } from '../problems.ts';
import type { TimelineOptions } from '../timeline.ts';
import { type Place, placeIn } from './token.ts';

/** What places are looked up in. */
export type Places = Pick<TimelineOptions, 'ledger' | 'projectorDb'>;

/** Where somebody begins to read. */
export type Start =
  | { readonly is: 'first' }
  | { readonly is: 'position'; readonly position: bigint }
  | { readonly is: 'time'; readonly time: string }
  | { readonly is: 'resume'; readonly token: string };

/** Which ledger it is: the hash of its first batch, or the id of its first event where there is no chain; undefined as long as it has none. */
export const ledgerName = async ({ ledger, projectorDb }: Places): Promise<string | undefined> =>
  ledger.abilities.chained ? (await tipOfLedger(projectorDb))?.ledger : (await ledger.tail(0n, { limit: 1 }))[0]?.id;

const beforeFirst = (detail: string, pointer: string): Rejection =>
  new Rejection('BeforeFirst', detail, [{ pointer, reason: 'is before the first event' }]);

/**
 * The position of the first event that was recorded at a moment or after it; one past the head where none is. `pointer`
 * names the moment in what was asked. Throws `BeforeFirst`, `Unchained`.
 */
export const positionOfTime = async (
  { ledger, projectorDb }: Places,
  time: string,
  pointer: string,
): Promise<bigint> => {
  if (!ledger.abilities.chained)
    throw new Rejection('Unchained', 'The ledger is in a store that does not tell positions by time.', [
      { pointer, reason: 'is a moment, and only positions are known' },
    ]);
  const head = await ledger.head();
  const { position, began, isBefore } = await positionSince(projectorDb, time);
  if (began === null) throw beforeFirst('The ledger has no events yet.', pointer);
  if (isBefore) throw beforeFirst(`The first event was recorded at ${began}, after ${time}.`, pointer);
  return position ?? head + 1n;
};

const resumed = async (places: Places, { ledger, fork, position }: Place, pointer: string): Promise<bigint> => {
  if (ledger !== (await ledgerName(places)))
    throw new Rejection('LedgerForeign', 'The token was given out by another ledger.', [
      { pointer, reason: 'is of another ledger' },
    ]);
  const head = await places.ledger.head();
  if (position > head)
    throw beyondHead(
      `The token is of position ${position}, and the ledger ends at ${head}: it is not whole any more.`,
      pointer,
    );
  const found = await places.ledger.forkAt(position);
  if (found && !isOf(found, fork)) throw restoredSince(position, pointer);
  return position;
};

/**
 * The position after which somebody reads on; `pointer` names the start in what was asked. Throws `BeyondHead`,
 * `BeforeFirst`, `LedgerForeign`, `InvalidQuery`, `Unchained`.
 */
export const positionBefore = async (
  places: Places,
  start: Start,
  pointer: string = `/${start.is}`,
): Promise<bigint> => {
  switch (start.is) {
    case 'first':
      return 0n;
    case 'position': {
      const head = await places.ledger.head();
      if (start.position > head + 1n)
        throw beyondHead(`There is no event at ${start.position} yet: the ledger ends at ${head}.`, pointer);
      return start.position - 1n;
    }
    case 'time':
      return (await positionOfTime(places, start.time, pointer)) - 1n;
    case 'resume':
      return resumed(places, placeIn(start.token), pointer);
  }
};
