import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  connect,
  FolderInUse,
  migrate,
  type PerRole,
  prepareRoles,
  type Role,
  roleNames,
  startCluster,
} from '@throughline/postgres';
import { eventually } from './eventually.ts';
import { isFirst, runFolder, type SharedServer, sharedServer, tell, tellServer, told } from './run.ts';
import { settings } from './settings.ts';

/** A database of one's own: a URL per role, superuser included. */
export interface TestDatabase extends PerRole {
  superuser: string;
  /** Removes the database, whoever is still connected. What a spec forgets goes with the run's server. */
  drop: () => Promise<void>;
}

const STARTS_WITHIN = 60_000;

/** The folders of migrations by the schema that they make, in order. */
export type Migrated = Readonly<Record<string, string | URL>>;

/**
 * A fresh database for a spec file, with the three roles and these schemas, on the one server that a run shares; the
 * first spec to ask starts it. With `THROUGHLINE_TEST_POSTGRES`, a superuser's URL, on that server instead (its roles get
 * new passwords).
 */
export async function postgres(schemas: Migrated = {}): Promise<TestDatabase> {
  const { superuser } = await server();
  const database = `spec_${randomBytes(8).toString('hex')}`;
  // A server that outlives the run is left no templates.
  const isCopied = Object.keys(schemas).length > 0 && !given();
  if (isCopied) {
    const source = await template(superuser, schemas);
    await say(superuser, `create database ${database} template ${source} owner ${roleNames.owner}`);
  }
  const { owner, service, projector } = await prepareRoles(superuser, {
    database,
    passwords: passwordsFor(superuser),
  });
  if (!isCopied) await migrateAll(owner, schemas);
  const inside = new URL(superuser);
  inside.pathname = database;
  const drop = () => say(superuser, `drop database if exists ${database} with (force)`);
  return { superuser: inside.href, owner, service, projector, drop };
}

/** What is copied for specs that want the same schemas: copying takes a tenth of the work. The first of a run makes it. */
async function template(superuser: string, schemas: Migrated): Promise<string> {
  const name = `template_${createHash('sha256').update(JSON.stringify(schemas)).digest('hex').slice(0, 16)}`;
  const folder = join(givenRun(), name);
  const made = `${folder}.json`;
  if (await isFirst(folder)) {
    const { owner } = await prepareRoles(superuser, { database: name, passwords: passwordsFor(superuser) });
    await migrateAll(owner, schemas);
    await tell(made, name);
  }
  return eventually(
    async () => {
      if ((await told(made)) === undefined) throw new Error('Another spec, which says why, could not migrate');
      return name;
    },
    { within: STARTS_WITHIN },
  );
}

async function migrateAll(url: string, schemas: Migrated): Promise<void> {
  for (const [schema, dir] of Object.entries(schemas)) await migrate({ url, dir, schema });
}

async function say(superuser: string, statement: string): Promise<void> {
  const db = connect({ url: superuser, application: 'specs' });
  try {
    await db.query(statement);
  } finally {
    await db.close();
  }
}

async function server(): Promise<SharedServer> {
  const url = given();
  if (url) return { superuser: url };
  const run = givenRun();
  return (await sharedServer(run)) ?? (await start(run)) ?? (await started(run));
}

const given = (): string | undefined => process.env.THROUGHLINE_TEST_POSTGRES;

function givenRun(): string {
  const run = runFolder();
  if (!run) throw new Error('Jest runs without the globalSetup of libs/testing');
  return run;
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
