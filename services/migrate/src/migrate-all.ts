import { migrate, type Migrations, pendingMigrations } from '@throughline/postgres';
import { schemas } from './schemas.ts';

/** Hears of each schema. */
type Say = (line: string) => void;

/**
 * Brings every schema up to date as the role that owns them, and answers the names of the files that were applied,
 * `schema/NNNN-name.sql`. Whoever does so at the same time waits; done again, it does nothing.
 *
 * Throws `MigrationRefused` where an applied file is another one by now, `MigrationFailed` where a statement failed; what
 * was applied before it stays.
 */
export const migrateAll = (url: string, say: Say = () => {}): Promise<string[]> =>
  ofEach((schema) => migrate({ url, ...schema }), 'applied', say);

/**
 * The names of the files that {@link migrateAll} would apply; of a database that is not there yet (without `url`) all of
 * them. Any role that may use the schemas can ask. Throws `MigrationRefused`.
 */
export const pendingInAll = (url: string | undefined, say: Say): Promise<string[]> =>
  ofEach((schema) => pendingMigrations({ url, ...schema }), 'to be applied', say);

const ofEach = async (
  filesOf: (schema: Omit<Migrations, 'url'>) => Promise<string[]>,
  become: string,
  say: Say,
): Promise<string[]> => {
  const all: string[] = [];
  for (const one of schemas) {
    const files = await filesOf(one);
    for (const file of files) say(`${one.schema}: ${become} ${file}`);
    if (files.length === 0) say(`${one.schema}: up to date`);
    all.push(...files.map((file) => `${one.schema}/${file}`));
  }
  return all;
};
