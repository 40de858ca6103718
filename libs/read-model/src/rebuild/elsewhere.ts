import type { Client } from '@throughline/postgres';
import type { Digested } from '../checksum.ts';
import { livePosition } from '../known.ts';
import { besideOf } from './beside.ts';
import { difference, meeting } from './meeting.ts';
import { drop, exchange, type Place, standing, type Standing } from './place.ts';
import type { Rebuild } from './rebuild.ts';
import { elsewhere, otherReaches, type RebuildDeps } from './work.ts';

/** What can be done to what stands beside a projection by who is not at work on it. */
export type RebuildElsewhere = Pick<Rebuild, 'attend' | 'diff' | 'swap' | 'rollback' | 'discard'>;

/**
 * The same of a projection that other processes work on, as the database knows it: they bring what stands beside it to
 * where it is live, and see by their checkpoints what was done. `db` is of the projector role.
 */
export const rebuildElsewhere = (db: RebuildDeps['db'], name: string): RebuildElsewhere => {
  const attend = async () => {
    const stands = await standing(db, { name });
    return stands && elsewhere(stands);
  };
  const reaches = (...to: [bigint, number]) => otherReaches({ db }, { name }, ...to);
  const meet = (place: Place) => meeting({ attend, reaches }, place, { db, position: () => livePosition(db, name) });
  const exchanged = async (is: Standing['is']): Promise<void> => {
    const place = placeOf(name, await tablesBeside(db, name));
    await meet(place)((client, live) => exchange(client, place, is, live));
  };

  return {
    attend,
    diff: async () => {
      const tables = await tablesBeside(db, name);
      return difference(db, meet(placeOf(name, tables)), tables);
    },
    swap: () => exchanged('next'),
    rollback: () => exchanged('previous'),
    discard: () => discardElsewhere(db, name),
  };
};

/** Drops what stands beside a projection. Answers whether there was something. */
export const discardElsewhere = (db: RebuildDeps['db'], name: string): Promise<boolean> =>
  db.tx(async (client) => drop(client, placeOf(name, await tablesBeside(client, name))));

// Whichever version's: none is made here.
const placeOf = (name: string, tables: readonly Digested[]): Place => ({
  name,
  version: 0,
  tables: tables.map((one) => one.name),
});

/** The tables of a projection beside which others stand: of those that its live version writes, and those of the one beside. */
const tablesBeside = async (db: Client, name: string): Promise<Digested[]> => {
  const { rows } = await db.query<{ tables: string }>(
    `select tables from read_model.projection p where projection = $1
       and (version in (select version from read_model.live where projection = $1)
         or version in (select version from read_model.rebuild where projection = $1))
     order by version desc`,
    [name],
  );
  const all = rows.flatMap(({ tables }) => JSON.parse(tables) as Digested[]);
  const known = [...new Map(all.toReversed().map((one) => [one.name, one])).values()].toReversed();
  const { rows: there } = await db.query<{ is: boolean }>(
    'select to_regclass(beside) is not null as is from unnest($1::text[]) with ordinality as t (beside, nth) order by nth',
    [known.map((one) => besideOf(one.name))],
  );
  return known.filter((_, nth) => there[nth]!.is);
};
