import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const loader = new URL('../../../tools/source.js', import.meta.url).href;

/** How a process ended, and all that it said. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
};

/** A process of ours; it ends with the spec, also where the spec is killed. */
export type Run = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
};

/** Variables that a developer's shell may have set, and that would change what is tested. */
const unset = ['HTTP_HOST', 'GRPC_PORT', 'LEDGER_URL', 'DATABASE_URL', 'KEYS_URL', 'LOG_LEVEL', 'THROUGHLINE_TENANT'];
// What specs say is mostly of long ago: it would fall silent while they look.
const plainEnvironment = {
  ...Object.fromEntries(unset.map((name) => [name, ''])),
  QUIET_EVERY: '0',
  METRICS_PORT: '0',
};

/** Starts Node on a file of the workspace, from source. */
export const runSource = (file: URL, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Run => {
  // The channel is how a process learns that whoever started it is gone.
  const child = spawn(process.execPath, ['--conditions=source', '--import', loader, fileURLToPath(file), ...args], {
    env: { ...process.env, ...plainEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = { out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, ...said })),
  );
  return { child, pid: child.pid!, out: () => said.out, err: () => said.err, ended };
};

/** Resolves once a process has said something. Throws where it ends before, or after so long. */
export const hasSaid = async ({ child, out, err, ended }: Run, what: RegExp, withinMs: number): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`not ready in time: ${out()} ${err()}`)), withinMs);
  const look = () => what.test(out()) && resolve();
  child.stdout!.on('data', look);
  look();
  void ended.then(({ code }) => reject(new Error(`ended with ${code} before it was ready: ${out()} ${err()}`)));
  await promise.finally(() => {
    clearTimeout(timer);
    child.stdout!.off('data', look);
  });
};

/** A process and all that it started, directly or not. Linux only. */
export const treeOf = async (pid: number): Promise<number[]> => {
  const parents = await parentsOf();
  const below = (one: number): number[] => [
    one,
    ...[...parents].filter(([, parent]) => parent === one).flatMap(([child]) => below(child)),
  ];
  return below(pid);
};

/** Those of the processes that live: what waits to be buried by its parent does not. Linux only. */
export const livingOf = async (pids: readonly number[]): Promise<number[]> => {
  const known = await parentsOf();
  return pids.filter((pid) => known.has(pid));
};

/** Ends a process and all that it started at once, as a power cut does: shared memory goes with them. Linux only. */
export const killTree = async ({ pid, ended }: Pick<Run, 'pid' | 'ended'>): Promise<void> => {
  const tree = await treeOf(pid);
  const [shared, segments] = await Promise.all([sharedBy(tree), segmentsOf(tree)]);
  for (const one of tree) end(one);
  await ended;
  for (const file of shared) await rm(file, { force: true });
  // A next start on the same folder, or whoever else was quicker, may have removed them.
  for (const id of segments) await run('ipcrm', ['-m', id]).catch(() => {});
};

/** The files that PostgreSQL's processes among these share memory by; killed, they leave them behind. Linux only. */
export const sharedBy = async (pids: readonly number[]): Promise<string[]> => [
  ...new Set((await mapsOf(pids)).match(/\/dev\/shm\/PostgreSQL\.\d+/g)),
];

/**
 * The ids of the System V segments that PostgreSQL's processes among these share, one a server: it tells by them whether
 * anybody is at its data. Killed, they leave them behind. Linux only.
 */
export const segmentsOf = async (pids: readonly number[]): Promise<string[]> => {
  // … 00:01 5898240  /SYSV0076fc42 (deleted): the inode is the segment's id (proc(5)).
  const found = (await mapsOf(pids)).matchAll(/ (\d+) +\/SYSV[0-9a-f]+/g);
  return [...new Set([...found].map(([, id]) => id!))];
};

const mapsOf = async (pids: readonly number[]): Promise<string> =>
  (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')))).join('');

const parentsOf = async (): Promise<Map<number, number>> => {
  const pids = (await readdir('/proc')).map(Number).filter(Boolean);
  const known = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const));
  return new Map(known.flatMap(([pid, parent]) => (parent === undefined ? [] : [[pid, parent] as const])));
};

// `pid (name) state parent …`, where the name may hold anything.
const parentOf = async (pid: number): Promise<number | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : Number(parent);
};

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};
