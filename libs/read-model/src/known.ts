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

/** The projections that have ever worked on a database, each by its highest version; not what is rebuilt beside them. `db` is of the projector role. */
export const knownProjections = async (db: Client): Promise<Known[]> => {
  const { rows } = await db.query<Row>(
    `select distinct on (projection) projection as name, version, position, tables
     from read_model.projection join read_model.checkpoint using (projection, version)
     where partition = 'ledger' and projection not like '%.beside' order by projection, version desc`,
  );
  return rows.map(({ tables, ...known }) => {
    const digested = JSON.parse(tables) as Digested[];
    return { ...known, checksum: (tenant) => checksumOf(db, digested, tenant) };
  });
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
