import { type Ledger, forkName, type Position } from '@throughline/ledger';
import { Fenced } from './fenced.ts';

/** A fork by its name, and the position that it went on from. */
export type Begun = { readonly after: Position; readonly fork: string };

/**
 * The forks in which a ledger stored what it has up to a position, in order; each is found by halving. Throws
 * {@link Fenced} where the ledger does not reach that far any more.
 */
export const forksUpTo = async ({ forkAt }: Pick<Ledger, 'forkAt'>, end: Position): Promise<readonly Begun[]> => {
  const nameAt = async (position: Position): Promise<string> => {
    const fork = await forkAt(position);
    if (!fork) throw new Fenced(`the ledger was restored: what it had at ${position} is not there any more`);
    return forkName(fork);
  };
  const lastOf = async (fork: string, first: Position): Promise<Position> => {
    if ((await nameAt(end)) === fork) return end;
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high + 1n) / 2n;
      if ((await nameAt(middle)) === fork) low = middle;
      else high = middle - 1n;
    }
    return low;
  };
  const begun: Begun[] = [];
  for (let after: Position = 0n; after < end;) {
    const fork = await nameAt(after + 1n);
    begun.push({ after, fork });
    after = await lastOf(fork, after + 1n);
  }
  return begun;
};

/** Where the past ends that two ledgers have in common, by their forks; undefined where these are the same. */
export const commonPast = (one: readonly Begun[], other: readonly Begun[]): Position | undefined => {
  const isCommon = ({ after, fork }: Begun, nth: number) => other[nth]?.after === after && other[nth].fork === fork;
  const apart = one.findIndex((begun, nth) => !isCommon(begun, nth));
  const nth = apart === -1 ? one.length : apart;
  return [one[nth], other[nth]]
    .flatMap((begun) => (begun ? [begun.after] : []))
    .reduce<Position | undefined>((least, after) => (least === undefined || after < least ? after : least), undefined);
};
