import type { Ledger, Position } from '@throughline/ledger';
import { markAt } from '../ground.ts';
import { commonPast, forksUpTo } from './past.ts';
import type { Place, Places } from './place.ts';

type Soil = Pick<Ledger, 'abilities' | 'tail' | 'head' | 'forkAt'>;

/**
 * Where a term begins: where the last one ended or, where the ledger was restored to an earlier time since, where the past
 * ends that it has in common with the topic. Rejects where no fork tells where that is: the ledger ends before what was
 * relayed of it, or has another event there.
 */
export const begin = async (places: Pick<Places, 'begin' | 'move'>, ledger: Soil, term: number): Promise<Place> => {
  const place = await places.begin(term);
  const { relayed, mark } = place;
  const head = await ledger.head();
  const found = ledger.abilities.dense ? await markAt(ledger, relayed) : undefined;
  if (mark !== undefined && found === mark) return place;
  const parted = await partedAt(place, head, ledger);
  if (parted !== undefined) {
    const back = await backAt(place, parted, ledger);
    await places.move(relayed, back, term);
    return back;
  }
  if (head < relayed)
    throw new Error(`The ledger ends at ${head}, and the topic at ${relayed}: it is not what was relayed to it`);
  if (found === undefined) return place;
  if (mark === undefined) return { ...place, mark: found, forks: await forksUpTo(ledger, relayed) };
  throw new Error(
    `The ledger has another event at ${relayed} than the topic, and no fork tells where they part: it is another one, or was restored and nobody said so. Begin a new topic`,
  );
};

const least = (one: Position, other: Position): Position => (one < other ? one : other);

/** Where the ledger and the topic part by their forks. What has nothing in common with the topic is another ledger. */
const partedAt = async ({ relayed, mark, forks }: Place, head: Position, ledger: Soil) => {
  if (mark === undefined || !ledger.abilities.dense) return undefined;
  const common = commonPast(forks, await forksUpTo(ledger, least(head, relayed)));
  if (common === undefined || common >= relayed) return undefined;
  return common > 0n && head > 0n ? least(common, head) : undefined;
};

/** Which record was the last one of a partition by then is not known where later ones came; none is beyond `relayed`. */
const backAt = async ({ tails, forks }: Place, relayed: Position, ledger: Soil): Promise<Place> => ({
  relayed,
  tails: tails.map((tail) => least(tail, relayed)),
  mark: await markAt(ledger, relayed),
  forks: forks.filter(({ after }) => after < relayed),
});
