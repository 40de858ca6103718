import { mkdtemp, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

/** Makes the folder, and clears away what runs left behind that were killed. */
export async function beginRun(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [pid] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : [];
    if (pid && !isAlive(Number(pid))) await clear(join(tmpdir(), name));
  }
  process.env[VARIABLE] = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Ends the shared server, if a spec started it, and removes the folder. */
export async function endRun(): Promise<void> {
  const run = runFolder();
  if (run) await clear(run);
}

async function clear(run: string): Promise<void> {
  const { pid } = (await sharedServer(run)) ?? {};
  if (pid) await end(pid, run);
  await rm(run, { recursive: true, force: true });
}

/** Immediately: nobody needs the data any more. */
async function end(pid: number, run: string): Promise<void> {
  if (!(await worksIn(pid, run))) return;
  process.kill(pid, 'SIGQUIT');
  const deadline = performance.now() + ENDS_WITHIN;
  while (isAlive(pid) && performance.now() < deadline) await sleep(10);
}

/** The id may be somebody else's by now; a server works in its data folder. */
async function worksIn(pid: number, run: string): Promise<boolean> {
  if (process.platform !== 'linux') return isAlive(pid);
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')).startsWith(run);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Lets the other specs of the run know. */
export async function tellServer(run: string, server: SharedServer): Promise<void> {
  await writeFile(`${serverFile(run)}.new`, JSON.stringify(server), { mode: 0o600 });
  await rename(`${serverFile(run)}.new`, serverFile(run));
}

/** The server that the run shares, once somebody has started it. */
export async function sharedServer(run: string): Promise<SharedServer | undefined> {
  const text = await readFile(serverFile(run), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as SharedServer);
}
