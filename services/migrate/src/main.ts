/**
 * Brings the database up to date, once, and ends: 0 done · 1 failed · 2 wrong settings. `--dry-run` only tells what is to be
 * done. See docs/fleet.md.
 */
import { environment, InvalidSettings, refuseSettings, settings } from '@throughline/host';
import { MigrationFailed, MigrationRefused, prepareRoles, unprepared } from '@throughline/postgres';
import { z } from 'zod';
import { migrateAll, pendingInAll } from './migrate-all.ts';
import { type Preparation, preparation } from './preparation.ts';

const { DATABASE_URL: url } = environment;
const wanted = settings(
  z.object({ DATABASE_URL: url.unwrap(), SUPERUSER_URL: url, SERVICE_URL: url, PROJECTOR_URL: url }),
);
const { SUPERUSER_URL: superuser, DATABASE_URL: owner } = wanted;
const dryRun = process.argv.includes('--dry-run');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // What the network and the server say has a code; a mistake of ours has none.
  const isMendable = error instanceof MigrationRefused || error instanceof MigrationFailed || 'code' in error;
  return isMendable ? error.message : (error.stack ?? error.message);
};

/** Says what there is to be made, and answers which URL tells what is to be applied, if there is a database. */
const outlook = async (superuser: string, { database }: Preparation): Promise<string | undefined> => {
  const missing = await unprepared(superuser, database);
  for (const role of missing.roles) say(`role ${role}: to be made`);
  if (missing.database === undefined) say(`database ${database}: to be made`);
  return missing.database;
};

/** The files that are to be applied; changes nothing. */
const pending = async (): Promise<string[]> => {
  if (superuser === undefined) return pendingInAll(owner, say);
  return pendingInAll(await outlook(superuser, preparation(wanted)), say);
};

/** The files that were applied. */
const migrated = async (): Promise<string[]> => {
  if (superuser !== undefined) {
    const roles = preparation(wanted);
    await prepareRoles(superuser, roles);
    say(`roles and database ${roles.database}: prepared`);
  }
  return migrateAll(owner, say);
};

try {
  const files = await (dryRun ? pending() : migrated());
  say(files.length === 0 ? 'Nothing to do.' : `${files.length} ${dryRun ? 'to be applied' : 'applied'}.`);
} catch (error) {
  if (error instanceof InvalidSettings) refuseSettings(error);
  process.stderr.write(`The database cannot be migrated. ${inWords(error)}\n`);
  process.exitCode = 1;
}
