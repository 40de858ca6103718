import { Rejection } from '@throughline/decider';
import type { Ledger, Position } from '@throughline/ledger';

/** Said of a position that the ledger does not reach; `pointer` names it in what was asked. */
export const beyondHead = (detail: string, pointer: string): Rejection =>
  new Rejection('BeyondHead', detail, [{ pointer, reason: 'is beyond the head of the ledger' }]);

/**
 * Throws Rejection `BeyondHead` at a position that the ledger does not reach: another one's, or of a future that a restore
 * gave up. `pointer` names it in what was asked.
 */
export const refuseBeyond = async (
  { ledger }: { readonly ledger: Pick<Ledger, 'head'> },
  position: Position,
  pointer: string,
): Promise<void> => {
  const head = await ledger.head();
  if (position <= head) return;
  throw beyondHead(
    `There is no event at ${position}: the ledger ends at ${head}. The position is of another ledger, or this one was restored to an earlier time.`,
    pointer,
  );
};
