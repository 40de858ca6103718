import { createHash } from 'node:crypto';
import type { Client } from '@throughline/postgres';
import type { Shape } from './table.ts';
import { travelOf } from './types.ts';

/** What a digest has to know of a table. */
export type Digested = Pick<Shape, 'name' | 'columns'>;

/**
 * A digest over the rows of some tables (standing under other names, where `at` tells), of one tenant where given: independent of the order of rows, of the session's
 * settings and of everything that is not in the descriptions. 64 hexadecimal digits.
 */
export const checksumOf = async (
  db: Client,
  tables: readonly Digested[],
  tenant?: string,
  at = (name: string): string => name,
): Promise<string> => {
  const digest = createHash('sha256');
  for (const shape of tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { rows } = await db.query<{ sums: string }>(
      sumsOf({ ...shape, name: at(shape.name) }, tenant),
      tenant === undefined ? [] : [tenant],
    );
    digest.update(`${shape.name} ${rows[0]!.sums}\n`);
  }
  return digest.digest('hex');
};

const halves = [1, 9].map((from) => `('x' || encode(substr(digest, ${from}, 8), 'hex'))::bit(64)::bigint`);

function sumsOf({ name, columns }: Digested, tenant: string | undefined): string {
  const texts = Object.entries(columns)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([column, type]) => travelOf(type).canonical?.(`"${column}"`) ?? `"${column}"`);
  return `select concat_ws(' ', count(*), ${halves.map((half) => `sum(${half})`).join(', ')}) as sums
from (select sha256(convert_to(row(${texts.join(', ')})::text, 'UTF8')) as digest from ${name}
  ${tenant === undefined ? '' : 'where tenant = $1'}) as rows`;
}
