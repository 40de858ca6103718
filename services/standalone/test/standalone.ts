import {
  type Ended,
  hasSaid,
  killTree,
  livingOf,
  type Run,
  runSource,
  temporaryFolder,
  treeOf,
} from '@throughline/testing';

export { type Ended, livingOf, type Run, treeOf };

/** Starts Node on a file of the workspace, named from here, from source. */
export const run = (path: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Run =>
  runSource(new URL(path, import.meta.url), args, env);

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
  await hasSaid(launched, /^ {2}data /m, readyWithinMs);
  const readyWithin = performance.now() - began;
  const stop = (signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  const kill = () => killTree(launched);
  const url = addressIn(out(), 'console').replace(/\/$/, '');
  return { child, pid, out, err, ended, dir: folder, url, grpc: addressIn(out(), 'gRPC'), readyWithin, stop, kill };
};

/** An address that a standalone told when it was ready. */
export const addressIn = (out: string, name: string): string =>
  new RegExp(`^  ${name} +(\\S+)`, 'm').exec(out)?.[1] ?? `no ${name} in ${out}`;
