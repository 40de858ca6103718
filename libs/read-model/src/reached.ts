import { wholeLedger } from '@throughline/feed';
import type { Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';

/** How far the rows of one projection tell of the ledger, and whether the event at the position asked for is parked there. */
export type Reached = { readonly name: string; readonly position: Position; readonly isParked: boolean };

/**
 * How far all projections have come that a database holds rows of, whichever process works on them: each by the version
 * that is live, and what stands beside it. `db` is of the projector role.
 */
export const reachedOf = async (db: Client, position: Position): Promise<Reached[]> => {
  const { rows } = await db.query<Reached>({
    name: 'read_model.reached',
    text: `with standing as (
        select projection, version, position from read_model.live join read_model.checkpoint using (projection, version)
        where partition = $2 and projection not like '%.beside'
      ),
      beside as (
        select c.projection, c.version, c.position from read_model.rebuild r
        join read_model.checkpoint c on c.projection = r.projection || '.beside' and c.version = r.version
        where c.partition = $2
      )
      select name, position, exists (select from feed.parked p
        where p.consumer = name and p.position = $1 and p.dropped_at is null) as "isParked"
      from (select *, projection || '@' || version as name from standing
        union all select *, projection || '@' || version from beside) as all_of_them
      order by name`,
    values: [position, wholeLedger],
  });
  return rows;
};
