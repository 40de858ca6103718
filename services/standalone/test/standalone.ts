import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@throughline/testing';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const loader = new URL('../../../tools/source.js', import.meta.url).href;

/** How to run a file of the workspace from source. */
export const fromSource = (path: string): readonly string[] => ['--conditions=source', '--import', loader, file(path)];

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
export const run = (path: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Run => {
  // The channel is how a standalone learns that whoever started it is gone.
  const child = spawn(process.execPath, [...fromSource(path), ...args], {
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

/** A standalone that is ready. */
export type Standalone = Run & {
  readonly dir: string;
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Such as `127.0.0.1:40124`. */
  readonly grpc: string;
  /** Milliseconds from its start until it said that it is ready. */
  readonly readyWithin: number;
  /** Asks it to end, as Ctrl-C and `kill` do. */
  readonly stop: (signal?: 'SIGTERM' | 'SIGINT') => Promise<Ended>;
  /** Ends it and all that it started at once, as a power cut does. */
  readonly kill: () => Promise<void>;
};

export type StandaloneOptions = { readonly dir?: string; readonly env?: Readonly<Record<string, string>> };

const main = '../src/main.ts';
const readyWithinMs = 60_000;

/** Starts a standalone without waiting for it: on ports that are free and in a folder of its own unless given. */
export const launch = ({ dir, env }: Required<StandaloneOptions>): Run =>
  run(main, [], { THROUGHLINE_DATA_DIR: dir, HTTP_PORT: '0', GRPC_PORT: '0', ...env });

/** Starts a standalone and waits until it is ready. */
export const standalone = async ({ dir, env = {} }: StandaloneOptions = {}): Promise<Standalone> => {
  const folder = dir ?? (await temporaryFolder());
  const began = performance.now();
  const launched = launch({ dir: folder, env });
  const { child, pid, out, err, ended } = launched;
  await isReady(launched);
  const readyWithin = performance.now() - began;
  const stop = (signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  const kill = async () => {
    for (const one of await treeOf(pid)) end(one);
    await ended;
  };
  const url = addressIn(out(), 'console').replace(/\/$/, '');
  return { child, pid, out, err, ended, dir: folder, url, grpc: addressIn(out(), 'gRPC'), readyWithin, stop, kill };
};

/** An address that a standalone told when it was ready. */
export const addressIn = (out: string, name: string): string =>
  new RegExp(`^  ${name} +(\\S+)`, 'm').exec(out)?.[1] ?? `no ${name} in ${out}`;

const isReady = async ({ child, out, err, ended }: Run): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`not ready in time: ${out()} ${err()}`)), readyWithinMs);
  const look = () => /^ {2}data /m.test(out()) && resolve();
  child.stdout!.on('data', look);
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
