import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, type PerRole, prepareRoles, startCluster } from '@throughline/postgres';

/** A PostgreSQL of its own in a temporary folder, with the standalone's settings. */
export type Installation = {
  readonly dir: string;
  readonly superuser: string;
  /** A URL per role for the one database. */
  readonly urls: PerRole;
  /** Where a key store may lie: outside the cluster's folder. */
  readonly keys: { readonly url: string; readonly kek: string };
  /** Brings schemas up to date: name → folder of migrations. */
  migrate(schemas: Readonly<Record<string, string | URL>>): Promise<void>;
  /** Stops the server at once, as a power cut does, and starts it again at the same address. */
  restart(): Promise<void>;
  /** Ends the server and removes the folder. */
  stop(): Promise<void>;
};

export const openInstallation = async (): Promise<Installation> => {
  const dir = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  // The account that the server runs as under root has to pass it.
  await chmod(dir, 0o755);
  const start = (port?: number) => startCluster({ dir: join(dir, 'postgres'), port });
  let cluster = await start();
  const { superuser, port } = cluster;
  const { passwords: _, ...urls } = await prepareRoles(superuser, { database: 'throughline' });
  const keys = join(dir, 'keys');
  await mkdir(keys, { mode: 0o700 });
  return {
    dir,
    superuser,
    urls,
    keys: { url: `file:${join(keys, 'keys.sqlite')}`, kek: join(keys, 'kek') },
    migrate: async (schemas) => {
      for (const [schema, folder] of Object.entries(schemas)) await migrate({ url: urls.owner, dir: folder, schema });
    },
    restart: async () => {
      await cluster.stop('immediate');
      cluster = await start(port);
    },
    stop: async () => {
      await cluster.stop('immediate');
      await rm(dir, { recursive: true, force: true });
    },
  };
};
