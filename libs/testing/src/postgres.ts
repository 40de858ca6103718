import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect, FolderInUse, type PerRole, prepareRoles, type Role, startCluster } from '@throughline/postgres';
import { eventually } from './eventually.ts';
import { runFolder, type SharedServer, sharedServer, tellServer } from './run.ts';
import { settings } from './settings.ts';

/** A database of one's own: a URL per role, superuser included. */
export interface TestDatabase extends PerRole {
  superuser: string;
  /** Removes the database, whoever is still connected. What a spec forgets goes with the run's server. */
  drop: () => Promise<void>;
}

const STARTS_WITHIN = 60_000;

/**
 * A fresh, empty database for a spec file, with the three roles, on the one server that a run shares; the first
 * spec to ask starts it. With `THROUGHLINE_TEST_POSTGRES`, a superuser's URL, on that server instead (its roles get
 * new passwords).
 */
export async function postgres(): Promise<TestDatabase> {
  const { superuser } = await server();
  const database = `spec_${randomBytes(8).toString('hex')}`;
  const { owner, service, projector } = await prepareRoles(superuser, {
    database,
    passwords: passwordsFor(superuser),
  });
  const inside = new URL(superuser);
  inside.pathname = database;
  return { superuser: inside.href, owner, service, projector, drop: () => drop(superuser, database) };
}

async function drop(superuser: string, database: string): Promise<void> {
  const db = connect({ url: superuser, application: 'specs' });
  try {
    await db.query(`drop database if exists ${database} with (force)`);
  } finally {
    await db.close();
  }
}

async function server(): Promise<SharedServer> {
  const given = process.env.THROUGHLINE_TEST_POSTGRES;
  if (given) return { superuser: given };
  const run = runFolder();
  if (!run) throw new Error('Jest runs without the globalSetup of libs/testing');
  return (await sharedServer(run)) ?? (await start(run)) ?? (await started(run));
}

/** Undefined where another spec is at it. */
async function start(run: string): Promise<SharedServer | undefined> {
  try {
    const { superuser, pid } = await startCluster({
      dir: join(run, 'server'),
      settings: { ...settings, max_connections: 300 },
      lingers: true,
    });
    await tellServer(run, { superuser, pid });
    return { superuser };
  } catch (error) {
    if (error instanceof FolderInUse) return undefined;
    throw error;
  }
}

const started = (run: string): Promise<SharedServer> =>
  eventually(
    async () => {
      const server = await sharedServer(run);
      if (!server) throw new Error('The shared PostgreSQL did not start');
      return server;
    },
    { within: STARTS_WITHIN },
  );

/** Roles belong to the whole server, so every spec must come to the same passwords. */
function passwordsFor(superuser: string): PerRole {
  const password = (role: Role) => createHash('sha256').update(`${role} ${superuser}`).digest('hex');
  return { owner: password('owner'), service: password('service'), projector: password('projector') };
}
