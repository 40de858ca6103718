import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Makes the folder for the data where it is missing. Throws CannotStart where there can be none at this path. */
export const dataFolder = async (dir: string): Promise<void> => {
  try {
    await makeFolder(dir);
    if (!(await stat(dir)).isDirectory()) throw new Error('it is not a folder');
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CannotStart(
      `THROUGHLINE_DATA_DIR is ${dir}, which cannot be the data folder: ${(error as Error).message}.`,
      { cause: error },
    );
  }
};

// Not by `recursive`: that never ends where the system keeps saying that the parent is missing, as it does within /proc.
const makeFolder = async (dir: string): Promise<void> => {
  const make = async (): Promise<void> => {
    await mkdir(dir, { mode: 0o700 }).catch(unless('EEXIST'));
  };
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await make();
  });
};

const unless =
  (code: string) =>
  (error: NodeJS.ErrnoException): void => {
    if (error.code !== code) throw error;
  };

/**
 * Opens the data folder, making what is missing: the PostgreSQL cluster in `postgres/`, the keys in `keys/`, and what
 * the installation knows of itself in `installation.json` (0600, the passwords of the database's roles among it). The
 * schemas are the caller's to bring up to date. `kek` says where key-encryption keys are, if not in `keys/kek`; `server`
 * overrides the server's settings.
 *
 * Throws FolderInUse where another instance runs on the folder, and CannotStart, before anything is made, where there can be
 * no folder, or the data are tied to keys that are not there.
 */
export const openInstallation = async (
  dir: string,
  log: (line: string) => void,
  { kek, server }: { readonly kek?: string; readonly server?: ServerSettings } = {},
): Promise<Installation> => {
  await dataFolder(dir);
  const file = join(dir, 'installation.json');
  const keys = join(dir, 'keys');
  const store = join(keys, 'keys.sqlite');
  if ((await readKnown(file)).keyStore !== undefined && !existsSync(store))
    throw new CannotStart(
      `${store} is missing, and these data are sealed under its keys: bring back the folder that belongs to them.`,
    );
  const cluster = await startCluster({ dir: join(dir, 'postgres'), log, settings: server });
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
      keys: { url: `file:${store}`, kek: kek ?? join(keys, 'kek'), apartFrom: [cluster.dir] },
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
