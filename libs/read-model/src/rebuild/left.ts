import { wholeLedger } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { discardElsewhere } from './elsewhere.ts';
import type { RebuildDeps } from './work.ts';

type Left = { readonly name: string; readonly began: string; readonly position: Position };

/** What stands beside projections and has not passed one of these positions, which the live ones have. */
const leftBehind = async (db: Client, positions: readonly Position[]): Promise<Left[]> => {
  const { rows } = await db.query<Left>(
    `select r.projection as name, r.began_at as began, c.position
     from read_model.rebuild r
       join read_model.checkpoint c on c.projection = r.projection || '.beside' and c.version = r.version
       join read_model.live l on l.projection = r.projection
       join read_model.checkpoint of_live on of_live.projection = l.projection and of_live.version = l.version
     where c.partition = $2 and of_live.partition = $2
       and exists (select from unnest($1::bigint[]) as p where c.position < p and p <= of_live.position)`,
    [positions, wholeLedger],
  );
  return rows;
};

/**
 * Drops what stands beside projections where nobody brings it past what has to be heard everywhere: the live rows are
 * past it, and for `stillMs` milliseconds these have not moved. To be asked again and again, with the positions that
 * have to be passed; answers the names of whose rows were dropped.
 */
export const dropLeft = (db: RebuildDeps['db'], stillMs: number) => {
  let seen: ReadonlyMap<string, number> = new Map();
  return async (positions: readonly Position[]): Promise<string[]> => {
    const now = performance.now();
    const left = positions.length === 0 ? [] : await leftBehind(db, positions);
    const keyed = left.map(({ name, began, position }) => [`${name} ${began} ${position}`, name] as const);
    seen = new Map(keyed.map(([key]) => [key, seen.get(key) ?? now]));
    const still = keyed.filter(([key]) => now - seen.get(key)! >= stillMs).map(([, name]) => name);
    for (const name of still) await discardElsewhere(db, name);
    return still;
  };
};
