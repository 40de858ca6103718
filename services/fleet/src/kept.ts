import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Say } from './voice.ts';

/** A process that is to run for as long as the fleet does. */
export type KeptOptions<Ready> = {
  readonly name: string;
  /** Its entry file; it runs under the flags that this process runs under. */
  readonly file: string;
  /** Asked at each start. */
  readonly env: () => Readonly<Record<string, string>>;
  /** What it is ready with, by a line that it says or a message that it sends. */
  readonly readyBy: (said: { readonly line: string } | { readonly message: unknown }) => Ready | undefined;
  /** Hears its lines, and what becomes of it. */
  readonly say: Say;
};

/** Such a process. */
export type Kept<Ready> = {
  readonly name: string;
  /** Resolves once it is ready for the first time. Throws where it ended before. */
  readonly start: () => Promise<Ready>;
  /** What it is ready with; undefined while it is away. */
  readonly ready: () => Ready | undefined;
  /** Ends it for another start. */
  readonly renew: () => void;
  /** Asks it to end, by force after so long; resolves once it is gone. */
  readonly stop: (withinMs: number) => Promise<void>;
};

const [leastMs, mostMs] = [250, 10_000];
/** What was ready for so long begins again with the shortest pause. */
const steadyMs = 30_000;

/** It ended before it was ready; what it said has the reason. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

const begin = ({ file, env }: Pick<KeptOptions<unknown>, 'file' | 'env'>): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, file], {
    env: { ...process.env, ...env() },
    // The channel is how it learns that this process is gone. In a group of its own Ctrl-C does not reach it: it is told
    // to end when its turn comes.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });

/** Keeps a process: one that dies is started again, after a pause that grows while it keeps dying. */
export const kept = <Ready>(options: KeptOptions<Ready>): Kept<Ready> => {
  const { name, readyBy, say } = options;
  const first = Promise.withResolvers<Ready>();
  let child: ChildProcess | undefined;
  let ready: Ready | undefined;
  let readyAt = 0;
  let pause = leastMs;
  let timer: NodeJS.Timeout | undefined;
  let isEnding = false;
  let hasBeenReady = false;

  const hear = (said: Parameters<typeof readyBy>[0]) => {
    const found = readyBy(said);
    if (found === undefined) return;
    [ready, readyAt] = [found, performance.now()];
    if (hasBeenReady) say('is back');
    hasBeenReady = true;
    first.resolve(found);
  };

  const died = (how: string) => {
    const wasSteady = ready !== undefined && performance.now() - readyAt > steadyMs;
    ready = undefined;
    if (isEnding) return;
    if (!hasBeenReady) return first.reject(new NotReady(`${name} ended (${how}) before it was ready`));
    if (wasSteady) pause = leastMs;
    say(`ended (${how}), and is started again in ${pause / 1_000} s`);
    timer = setTimeout(run, pause);
    pause = Math.min(pause * 2, mostMs);
  };

  const run = () => {
    const started = begin(options);
    child = started;
    for (const stream of [started.stdout!, started.stderr!])
      createInterface({ input: stream }).on('line', (line) => {
        say(line);
        hear({ line });
      });
    started.on('message', (message) => hear({ message }));
    started.once('error', ({ message }) => died(message));
    started.once('exit', (code, signal) => died(signal ?? `code ${code}`));
  };

  const isGone = () => !child || child.exitCode !== null || child.signalCode !== null;
  return {
    name,
    start: () => {
      if (!isEnding) run();
      return first.promise;
    },
    ready: () => ready,
    renew: () => void child?.kill('SIGTERM'),
    stop: (withinMs) => {
      isEnding = true;
      clearTimeout(timer);
      first.promise.catch(() => undefined);
      first.reject(new NotReady(`${name} was told to end`));
      return new Promise((resolve) => {
        if (isGone()) return resolve();
        const force = setTimeout(() => child?.kill('SIGKILL'), withinMs);
        child!.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        child!.kill('SIGTERM');
      });
    },
  };
};
