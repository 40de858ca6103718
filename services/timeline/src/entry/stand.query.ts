import { groundAt } from '@throughline/feed';
import { type Fork, isOf, type Ledger } from '@throughline/ledger';
import { gathered } from '@throughline/service';
import { restoredSince } from '../problems.ts';
import type { Seen } from './seen.ts';

/** A position that somebody who watches has come to, what the ledger had there (undefined where it did not reach so far), and in which fork. */
export type Stand = Seen & { readonly ground: string | undefined };

const first: Fork = { epoch: 1, id: null };

/** Looks at a position once for all who ask at the same time. */
const together = <Found>(look: (position: bigint) => Promise<Found>) => {
  const all = gathered(
    async (positions: readonly bigint[]) =>
      new Map(await Promise.all(positions.map(async (position) => [position, await look(position)] as const))),
  );
  return async (position: bigint): Promise<Found> => (await all([position])).get(position)!;
};

/** Where those who watch stand. It is looked once for all who ask at the same time, and nothing is kept of it. */
export const standsOn = (ledger: Pick<Ledger, 'tail' | 'head' | 'abilities' | 'forkAt'>) => {
  const seen = together(async (position): Promise<Seen> => ({
    position,
    fork: (await ledger.forkAt(position)) ?? first,
  }));
  const at = together(async (position): Promise<Stand> => {
    const [ground, { fork }] = await Promise.all([groundAt(ledger, position), seen(position)]);
    return { position, ground, fork };
  });

  return {
    at,
    /** What somebody has seen who has read up to a position. */
    seen,
    /** Throws `LedgerForeign` where the ledger does not have any more what it had there. */
    affirm: async ({ position, ground }: Stand): Promise<void> => {
      const now = await at(position);
      if (ground === undefined || now.ground !== ground) throw restoredSince(position);
    },
    /** Throws `LedgerForeign` where it has something else there than what was seen; `pointer` names where that is said. */
    refuseForeign: async ({ position, fork }: Seen, pointer: string): Promise<void> => {
      const now = await at(position);
      if (now.ground !== undefined && !isOf(now.fork, fork)) throw restoredSince(position, pointer);
    },
  };
};
