/**
 * Brings the database up to date, once, and ends: 0 done · 1 failed · 2 wrong settings. `--dry-run` only tells what is to be
 * done. See docs/fleet.md.
 */
import { environment, InvalidSettings, refuseSettings, settings } from '@throughline/host';
import { MigrationFailed, MigrationRefused, prepareRoles } from '@throughline/postgres';
import { z } from 'zod';
import { migrateAll } from './migrate-all.ts';
import { preparation } from './preparation.ts';

const { DATABASE_URL: url } = environment;
const wanted = settings(
  z.object({ DATABASE_URL: url.unwrap(), SUPERUSER_URL: url, SERVICE_URL: url, PROJECTOR_URL: url }),
);
const dryRun = process.argv.includes('--dry-run');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // What the network and the server say has a code; a mistake of ours has none.
  const isMendable = error instanceof MigrationRefused || error instanceof MigrationFailed || 'code' in error;
  return isMendable ? error.message : (error.stack ?? error.message);
};

try {
  if (wanted.SUPERUSER_URL !== undefined) {
    const roles = preparation(wanted);
    if (!dryRun) {
      await prepareRoles(wanted.SUPERUSER_URL, roles);
      say(`roles and database ${roles.database}: prepared`);
    }
  }
  const files = await migrateAll(wanted.DATABASE_URL, { dryRun, say });
  say(files.length === 0 ? 'Nothing to do.' : `${files.length} ${dryRun ? 'to be applied' : 'applied'}.`);
} catch (error) {
  if (error instanceof InvalidSettings) refuseSettings(error);
  process.stderr.write(`The database cannot be migrated. ${inWords(error)}\n`);
  process.exitCode = 1;
}
