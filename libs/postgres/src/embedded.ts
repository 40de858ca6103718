import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { accountFor, leaveToOwner, own } from './account.ts';
import { binariesFor } from './binaries.ts';
import { PortTaken, ServerFailed } from './errors.ts';
import { holdFolder } from './lock.ts';
import { endOrphans } from './orphans.ts';
import { freePort, host } from './port.ts';
import { newPassword } from './scram.ts';
import { initialise, launch, type Place, setPassword, superuser } from './server.ts';
import type { Settings } from './settings.ts';
import { readState, type State, writeState } from './state.ts';
import { stopper, type StopMode } from './stop.ts';

/** A running PostgreSQL of our own. */
export interface Cluster {
  host: string;
  port: number;
  /** The superuser's URL, password included: for {@link prepareRoles} and operators, never for services. */
  superuser: string;
  /** The folder given to {@link startCluster}. */
  dir: string;
  /** The server's process. */
  pid: number;
  /** Resolves when that process is gone, whoever ended it. */
  ended: Promise<void>;
  /**
   * Ends the server, resolves when its process is gone, and gives the folder back. `fast` (the default) rolls back
   * open transactions and writes a checkpoint, and turns `immediate` after 8 s; `immediate` is a crash, from which
   * the next start recovers every committed transaction.
   */
  stop: (mode?: StopMode) => Promise<void>;
}

/** What {@link startCluster} needs to know. */
export interface ClusterOptions {
  /** Made where it is missing. */
  dir: string;
  /** On 127.0.0.1. Without it a free one is chosen, kept, and chosen anew only where somebody took it. */
  port?: number;
  /** Overrides single settings of the server. */
  settings?: Settings;
  /** Whether the server lives on when this process ends by itself; killed, it leaves the server behind in any case. */
  lingers?: boolean;
  /** Hears what takes time or deserves to be known. */
  log?: (line: string) => void;
}

type Known = Required<ClusterOptions>;

const VERSION = '18';

/**
 * Starts a PostgreSQL 18 whose data lies in `dir/data`, making it on the first start, and waits until it answers.
 * Reachable over loopback alone, with passwords; the superuser's is random and lies in `dir/server.json` (0600).
 * The server's log is `dir/server.log`; it holds no values.
 *
 * Under root the server runs as the owner of `dir/data` (`postgres` or else `nobody` at first), and the data stays in
 * the folder also where that account may not pass the folders above (outside Linux it must be able to). A server that
 * a killed process left behind is ended first. A copy of the folder of a stopped cluster is a backup.
 *
 * @throws FolderInUse where another living process started a cluster on the folder
 * @throws PortTaken where `port` was given and is taken
 * @throws ServerFailed where PostgreSQL cannot run here; the message says why
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const known = { port: 0, settings: {}, lingers: false, log: () => {}, ...options };
  await mkdir(known.dir, { recursive: true, mode: 0o700 });
  const home = await realpath(known.dir);
  const release = holdFolder(home);
  try {
    const data = join(home, 'data');
    const account = await accountFor(data);
    const binaries = await binariesFor(account, known.log);
    const place = { data, logFile: join(home, 'server.log'), account, binaries };
    await endOrphans(data, known.log);
    const state = await prepare(home, place, known);
    const { server, port } = await serve(place, state, known);
    const cluster = clusterOf(server, port, state.password, known, release);
    await writeState(home, { ...state, port });
    await leaveToOwner(home);
    return cluster;
  } catch (error) {
    release();
    throw error;
  }
}

/** Sees to it that there is a data folder of our version, and a password that opens it. */
async function prepare(home: string, place: Place, { log }: Known): Promise<State & { password: string }> {
  const before = await readState(home);
  const state = { ...before, password: before.password ?? newPassword() };
  if (!before.password) await writeState(home, state);
  if (!existsSync(join(place.data, 'PG_VERSION'))) {
    log(`making a database in ${place.data}`);
    await initialise(place, state.password);
    return state;
  }
  await own(place.data, place.account);
  await refuseOtherVersion(place.data);
  if (!before.password) await setPassword(place, state.password);
  return state;
}

async function refuseOtherVersion(data: string): Promise<void> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (version !== VERSION) throw new ServerFailed(`${data} is of PostgreSQL ${version}, this is ${VERSION}`);
}

async function serve(place: Place, state: State, known: Known): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = (await freePort(known.port || state.port || 0)) ?? (known.port ? undefined : await freePort(0));
    if (!port) throw new PortTaken(known.port);
    try {
      known.log(`starting PostgreSQL on ${host}:${port}`);
      return { server: await launch(place, port, known.settings), port };
    } catch (error) {
      // Somebody may be quicker between our look at the port and the server's.
      if (!(error instanceof PortTaken) || known.port || attempt === 3) throw error;
    }
  }
}

function clusterOf(
  server: ChildProcess,
  port: number,
  password: string,
  { dir, lingers }: Known,
  release: () => void,
): Cluster {
  const stop = stopper(server, { lingers });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  return {
    host,
    port,
    superuser: `postgres://${superuser}:${password}@${host}:${port}/postgres`,
    dir,
    pid: server.pid!,
    ended,
    stop: (mode = 'fast') => stop(mode).finally(release),
  };
}
