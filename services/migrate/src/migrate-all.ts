import { migrate, pendingMigrations } from '@throughline/postgres';
import { schemas } from './schemas.ts';

/** How it is gone about it. */
export type How = {
  /** Only tells what is to be done. */
  readonly dryRun?: boolean;
  /** Hears of each schema. */
  readonly say?: (line: string) => void;
};

/**
 * Brings every schema up to date as the role that owns them, and answers the names of the files that were applied (on a
 * dry run: that would be), `schema/NNNN-name.sql`. Whoever does so at the same time waits; done again, it does nothing.
 *
 * Throws `MigrationRefused` where an applied file is another one by now, `MigrationFailed` where a statement failed; what
 * was applied before it stays.
 */
export const migrateAll = async (url: string, { dryRun = false, say = () => {} }: How = {}): Promise<string[]> => {
  const done: string[] = [];
  for (const { schema, dir } of schemas) {
    const files = await (dryRun ? pendingMigrations : migrate)({ url, dir, schema });
    for (const file of files) say(`${schema}: ${dryRun ? 'to be applied' : 'applied'} ${file}`);
    if (files.length === 0) say(`${schema}: up to date`);
    done.push(...files.map((file) => `${schema}/${file}`));
  }
  return done;
};
