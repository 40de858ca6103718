import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeContainers } from './docker.ts';

// Jest loads its global hooks outside the tests' module system: this file imports nothing of the workspace.

/** The server that a run of the tests shares. The first spec that wants a database starts it. */
export interface SharedServer {
  superuser: string;
  /** Where it is ours to end. */
  pid?: number;
}

const PREFIX = 'throughline-test-';
const VARIABLE = 'THROUGHLINE_TEST_RUN';
const ENDS_WITHIN = 10_000;

/** The folder of this run; undefined where Jest runs without our hooks. */
export const runFolder = (): string | undefined => process.env[VARIABLE];

const serverFile = (run: string): string => join(run, 'shared.json');

const MEMORY = '/dev/shm';
const ENOUGH = 4 * 2 ** 30;

/** In memory where there is plenty: what a disk makes of `fsync` is not what specs are about. */
async function temporary(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => undefined);
  return memory && memory.bavail * memory.bsize > ENOUGH ? MEMORY : tmpdir();
}

/** A folder for a spec, for nobody else to enter; it goes with the run. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(runFolder() ?? (await temporary()), 'spec-'));
}

/** One that other accounts may pass as well. Whoever made it removes it; the next run does where it was killed before. */
export async function passableFolder(): Promise<string> {
  const folder = await mkdtemp(join(await temporary(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** Makes the folder, and clears away what runs left behind that were killed. */
export async function beginRun(): Promise<void> {
  const parent = await temporary();
  for (const name of await readdir(parent)) {
    const [pid] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : [];
    if (pid && !isAlive(Number(pid))) await clear(join(parent, name));
  }
  process.env[VARIABLE] = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
}

/** Ends the shared server, if a spec started it, and removes the folder. */
export async function endRun(): Promise<void> {
  const run = runFolder();
  if (run) await clear(run);
}

async function clear(run: string): Promise<void> {
  await removeContainers(run);
  const deadline = performance.now() + ENDS_WITHIN;
  for (const { pid, signal } of await serversIn(run)) {
    end(pid, signal);
    while (isAlive(pid) && performance.now() < deadline) await sleep(10);
  }
  await rm(run, { recursive: true, force: true });
}

interface Server {
  pid: number;
  signal: NodeJS.Signals;
}

/** What ends each program at once: nobody needs the data any more. PostgreSQL takes its children with it. */
const programs = { postgres: 'SIGQUIT', java: 'SIGKILL' } as const;

/** The shared servers, and on Linux, where servers are known by the folder they work in, those of killed specs too. */
async function serversIn(run: string): Promise<Server[]> {
  if (process.platform !== 'linux') return (await sharedServers(run)).filter(({ pid }) => isAlive(pid));
  const pids = (await readdir('/proc')).map(Number).filter(Boolean);
  const servers = await Promise.all(pids.map((pid) => serverOf(pid, run)));
  return servers.filter((server) => server !== undefined).toSorted((a, b) => a.pid - b.pid);
}

async function sharedServers(run: string): Promise<Server[]> {
  const { pid } = (await sharedServer(run)) ?? {};
  const { pids = [] } = ((await told(brokerFile(run))) ?? {}) as { pids?: number[] };
  return [
    ...(pid ? [{ pid, signal: programs.postgres }] : []),
    ...pids.map((broker) => ({ pid: broker, signal: programs.java })),
  ];
}

async function serverOf(pid: number, run: string): Promise<Server | undefined> {
  const [cwd, program] = await Promise.all(
    ['cwd', 'exe'].map((what) => readlink(`/proc/${pid}/${what}`).catch(() => '')),
  );
  const signal = programs[(program?.split('/').at(-1) ?? '') as keyof typeof programs];
  return cwd?.startsWith(`${run}/`) && signal ? { pid, signal } : undefined;
}

/** A server's children may have gone with it. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Lets the other specs of the run know. */
export async function tellServer(run: string, server: SharedServer): Promise<void> {
  await tell(serverFile(run), server);
}

/** The server that the run shares, once somebody has started it. */
export async function sharedServer(run: string): Promise<SharedServer | undefined> {
  return (await told(serverFile(run))) as SharedServer | undefined;
}

/** Puts a file into a run's folder as a whole, or not at all. */
export async function tell(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** What was put there, if anything. */
export async function told(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Makes a folder, and answers whether nobody had before: what only one spec of a run is to do, the first does. */
export const isFirst = (folder: string): Promise<boolean> =>
  mkdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

/** Where the specs of a run tell one another of the broker that they share. */
export const brokerFile = (run: string): string => join(run, 'kafka.json');
