import type { Client } from '@throughline/postgres';
import { checksumOf, type Digested } from './checksum.ts';

/** A projection as the database knows it, whichever process works on it. */
export type Known = {
  readonly name: string;
  readonly version: number;
  /** How far it has come. */
  readonly position: bigint;
  /** As that of a `Projection`. */
  readonly checksum: (tenant?: string) => Promise<string>;
};

type Row = Omit<Known, 'checksum'> & { readonly tables: string };

/** The projections that have ever worked on a database, each by the version that is live; not what is rebuilt beside them. `db` is of the projector role. */
export const knownProjections = async (db: Client): Promise<Known[]> => {
  const { rows } = await db.query<Row>(
    `select projection as name, version, position, tables
     from read_model.live join read_model.projection using (projection, version)
       join read_model.checkpoint using (projection, version)
     where partition = 'ledger' and projection not like '%.beside' order by projection`,
  );
  return rows.map(({ tables, ...known }) => {
    const digested = JSON.parse(tables) as Digested[];
    return { ...known, checksum: (tenant) => checksumOf(db, digested, tenant) };
  });
};

/** Up to where the rows of all these projections tell of everything, whichever version is live; 0 where one has none. */
export const livePosition = async (db: Client, ...names: readonly string[]): Promise<bigint> => {
  // Without an array, whose length the server would plan anew for each time.
  const positions = names.map(
    (
      _,
      at,
    ) => `coalesce((select min(position) from read_model.live join read_model.checkpoint using (projection, version)
      where projection = $${at + 1}), 0)`,
  );
  const { rows } = await db.query<{ position: bigint }>({
    name: `read_model.live_position.${names.length}`,
    text: `select least(${positions.join(', ')}) as position`,
    values: [...names],
  });
  return rows[0]!.position;
};

/** Writes down what a projection is, where that is new. */
export const register = async (
  db: Client,
  { projection, version, tables }: { projection: string; version: number; tables: readonly Digested[] },
): Promise<void> => {
  const described = JSON.stringify(tables.map(({ name, columns }) => ({ name, columns })));
  await db.query(
    `insert into read_model.projection values ($1, $2, $3) on conflict (projection, version) do update
     set tables = excluded.tables where projection.tables <> excluded.tables`,
    [projection, version, described],
  );
};
