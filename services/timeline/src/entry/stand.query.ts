import { groundAt } from '@throughline/feed';
import type { Ledger } from '@throughline/ledger';
import { gathered } from '@throughline/service';
import { restoredSince } from '../problems.ts';

/** A position that somebody who watches has come to, and what the ledger had there; undefined where it did not reach so far. */
export type Stand = { readonly position: bigint; readonly ground: string | undefined };

/** Where those who watch stand. It is looked once for all who ask at the same time, and nothing is kept of it. */
export const standsOn = (ledger: Pick<Ledger, 'tail' | 'head' | 'abilities'>) => {
  const grounds = gathered(
    async (positions: readonly bigint[]) =>
      new Map(
        await Promise.all(positions.map(async (position) => [position, await groundAt(ledger, position)] as const)),
      ),
  );
  const at = async (position: bigint): Promise<Stand> => ({
    position,
    ground: (await grounds([position])).get(position),
  });

  return {
    at,
    /** Throws `LedgerForeign` where the ledger does not have any more what it had there. */
    affirm: async ({ position, ground }: Stand): Promise<void> => {
      const now = await at(position);
      if (ground === undefined || now.ground !== ground) throw restoredSince(position);
    },
  };
};
