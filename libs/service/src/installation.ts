import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart } from '@throughline/host';
import {
  type Cluster,
  type PerRole,
  prepareRoles,
  type Settings as ServerSettings,
  startCluster,
} from '@throughline/postgres';

/** What lies in the data folder, started. */
export type Installation = {
  /** A URL per role for the one database of everything. */
  readonly urls: PerRole;
  /** Where the key store and its key-encryption key lie: apart from the cluster, so that no copy of one is both. */
  readonly keys: { readonly url: string; readonly kek: string; readonly apartFrom: readonly string[] };
  /** Where checkpoints of the ledger are kept, and the key that they are signed with. */
  readonly checkpoints: { readonly folder: string; readonly key: string };
  /**
   * Ties the data to the key store that they are sealed under. Throws CannotStart where it is another one: with it
   * nothing could be opened, and everything new would be sealed under keys that go with no backup of these data.
   */
  tieTo(keyStore: string): Promise<void>;
  /** The database's server; it may end by itself. */
  readonly server: Pick<Cluster, 'port' | 'ended'>;
  stop(): Promise<void>;
};

type Known = { readonly passwords?: PerRole; readonly keyStore?: string };

/**
 * Opens the data folder, making what is missing: the PostgreSQL cluster in `postgres/`, the keys in `keys/`, and what
 * the installation knows of itself in `installation.json` (0600, the passwords of the database's roles among it). The
 * schemas are the caller's to bring up to date. `settings` override the server's.
 *
 * Throws FolderInUse where another instance runs on the folder, and CannotStart, before anything is made, where the data
 * are tied to keys that are not there.
 */
export const openInstallation = async (
  dir: string,
  log: (line: string) => void,
  settings: ServerSettings = {},
): Promise<Installation> => {
  const file = join(dir, 'installation.json');
  const keys = join(dir, 'keys');
  const store = join(keys, 'keys.sqlite');
  if ((await readKnown(file)).keyStore !== undefined && !existsSync(store))
    throw new CannotStart(
      `${store} is missing, and these data are sealed under its keys: bring back the folder that belongs to them.`,
    );
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const cluster = await startCluster({ dir: join(dir, 'postgres'), log, settings });
  try {
    const known = await readKnown(file);
    const { passwords, ...urls } = await prepareRoles(cluster.superuser, {
      database: 'throughline',
      passwords: known.passwords,
    });
    if (!known.passwords) await writeKnown(file, { ...known, passwords });
    await mkdir(keys, { recursive: true, mode: 0o700 });
    return {
      urls,
      keys: { url: `file:${store}`, kek: join(keys, 'kek'), apartFrom: [cluster.dir] },
      checkpoints: { folder: join(dir, 'checkpoints'), key: join(keys, 'checkpoint.pem') },
      tieTo: async (keyStore) => {
        if (known.keyStore === undefined) await writeKnown(file, { passwords, keyStore });
        else if (known.keyStore !== keyStore)
          throw new CannotStart(
            `${keys} is not the key store that these data are sealed under: bring back the folder that belongs to them.`,
          );
      },
      server: cluster,
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
};

const readKnown = (file: string): Promise<Known> =>
  readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Known,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return {};
      throw error;
    },
  );

// Written beside and renamed: a start that is killed here leaves all of the file or none.
const writeKnown = async (file: string, known: Known): Promise<void> => {
  await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 });
  await rename(`${file}.new`, file);
};
