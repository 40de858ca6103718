import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, migrate, type PerRole, prepareRoles, startCluster } from '@throughline/postgres';

/** A schema of the database, and the folder of its migrations. */
export type Schema = { readonly schema: string; readonly dir: string };

/** What lies in the data folder, started. */
export type Installation = {
  /** A URL per role for the one database of everything. */
  readonly urls: PerRole;
  /** Where the key store and its key-encryption key lie: apart from the cluster, so that no copy of one is both. */
  readonly keys: { readonly url: string; readonly kek: string };
  /** The cluster's folder: no key may lie in it. */
  readonly cluster: string;
  stop(): Promise<void>;
};

/**
 * Opens the data folder, making what is missing: the PostgreSQL cluster in `postgres/`, the keys in `keys/`, and the
 * passwords of the database's roles in `roles.json` (0600); then brings every schema up to date.
 *
 * Throws FolderInUse where another instance runs on the folder.
 */
export const openInstallation = async (
  dir: string,
  schemas: readonly Schema[],
  log: (line: string) => void,
): Promise<Installation> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const cluster = await startCluster({ dir: join(dir, 'postgres'), log });
  try {
    const urls = await rolesOf(cluster, join(dir, 'roles.json'));
    for (const { schema, dir: folder } of schemas) await migrate({ url: urls.owner, dir: folder, schema });
    const keys = join(dir, 'keys');
    await mkdir(keys, { recursive: true, mode: 0o700 });
    return {
      urls,
      keys: { url: `file:${join(keys, 'keys.sqlite')}`, kek: join(keys, 'kek') },
      cluster: cluster.dir,
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
};

const rolesOf = async (cluster: Cluster, file: string): Promise<PerRole> => {
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as PerRole,
    () => undefined,
  );
  const { passwords, ...urls } = await prepareRoles(cluster.superuser, { database: 'throughline', passwords: known });
  if (!known) {
    // Written beside and renamed: a start that is killed here leaves all of the file or none.
    await writeFile(`${file}.new`, JSON.stringify(passwords), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return urls;
};
