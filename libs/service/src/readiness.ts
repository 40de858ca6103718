import { type Feed, migrations as feed } from '@throughline/feed';
import type { Checks } from '@throughline/host';
import { migrations as identity } from '@throughline/identity';
import { migrations as ledger } from '@throughline/ledger';
import { type Migrations, missingMigrations } from '@throughline/postgres';
import { migrations as readModel, type Running } from '@throughline/read-model';
import { migrations as access } from './access/access.ts';
import type { Sources } from './sources.ts';

/** A schema of the database, and the folder of its migrations. */
export type Schema = Pick<Migrations, 'schema' | 'dir'>;

/** The schemas that every service works with. */
export const commonSchemas: readonly Schema[] = [
  { schema: 'ledger', dir: ledger },
  { schema: 'feed', dir: feed },
  { schema: 'read_model', dir: readModel },
  { schema: 'identity', dir: identity },
  { schema: 'access', dir: access },
];

// A feed that is away later keeps nobody from appending and reading: that is told by its lag, not by readiness.
const hasJoined = (source: Pick<Feed, 'state'>): Checks[string] => {
  let once = false;
  return async () => {
    const { joined, active, lastError } = source.state();
    once ||= joined || active;
    if (!once) throw new Error(`has not joined${lastError ? `: ${lastError.message}` : ''}`);
  };
};

const areMigrated = ({ db }: Pick<Sources, 'db'>, schemas: readonly Schema[]): Checks[string] => {
  let once = false;
  return async () => {
    if (once) return;
    const missing = await missingMigrations(db, schemas);
    if (missing.length > 0) throw new Error(`is behind: ${missing.join(', ')} to be applied`);
    once = true;
  };
};

/**
 * Rows are live of the versions that this process makes. Until then processes of the older build make those that are read:
 * whoever deploys is not to end them yet.
 */
export const areBuilt =
  (running: () => readonly Pick<Running, 'projection' | 'isBuilt'>[]): Checks[string] =>
  async () => {
    const building = running().filter(({ isBuilt }) => !isBuilt());
    const names = building.map(({ projection }) => projection.projection);
    if (names.length > 0) throw new Error(`are made of this version: ${names.join(', ')}`);
  };

/**
 * What has to work before traffic may come: the database, the feed (once it has joined), and the migrations of this build
 * (a newer database is fine).
 */
export const readinessOf = (sources: Pick<Sources, 'db' | 'feed'>, schemas: readonly Schema[]): Checks => ({
  database: async () => void (await sources.db.query('select 1')),
  feed: hasJoined(sources.feed),
  ...(schemas.length > 0 && { migrations: areMigrated(sources, schemas) }),
});
