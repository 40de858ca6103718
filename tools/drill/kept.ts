import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const loader = fileURLToPath(new URL('../source.js', import.meta.url));

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** A process of ours that can be killed and started again, or stopped for a while. */
export type Kept = {
  readonly name: string;
  readonly start: () => Promise<void>;
  /** As a power cut does. */
  readonly kill: () => Promise<void>;
  /** As a machine does that gives it no time, for so long. */
  readonly freeze: (ms: number) => Promise<void>;
  /** Where it is reached now; another address after each start. */
  readonly url: () => string;
  /** Whether it runs; frozen, it does. */
  readonly isAlive: () => boolean;
  /** How often it ended without having been killed. */
  readonly died: () => number;
};

const atExit = new Set<() => void>();
process.once('exit', () => atExit.forEach((end) => end()));

/** The `main` of a service, or another file of the workspace; it says `ready at URL` once it is. */
export const kept = (
  name: string,
  file: URL,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Kept => {
  let child: ChildProcess | undefined;
  let url = '';
  let died = 0;
  let isKilled = false;
  // Also where it is frozen just then, and hears of nothing.
  atExit.add(() => child?.kill('SIGKILL'));
  const isGone = (): boolean => !child || child.exitCode !== null || child.signalCode !== null;
  return {
    name,
    url: () => url,
    isAlive: () => !isGone(),
    died: () => died,
    start: async () => {
      isKilled = false;
      const flags = ['--conditions=source', '--import', loader, fileURLToPath(file), ...args];
      child = spawn(process.execPath, flags, {
        env: { ...process.env, ...env, NODE_OPTIONS: '' },
        // The channel is how it learns that whoever started it is gone.
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      child.once('exit', () => (died += isKilled ? 0 : 1));
      for await (const line of createInterface({ input: child.stdout! })) {
        [, url = ''] = /ready at (\S+)/.exec(line) ?? [];
        if (url) return;
      }
      throw new Error(`${name} did not start`);
    },
    kill: () =>
      new Promise((resolve) => {
        if (isGone()) return resolve();
        isKilled = true;
        child!.once('exit', () => resolve());
        child!.kill('SIGKILL');
      }),
    freeze: async (ms) => {
      if (isGone()) return;
      child!.kill('SIGSTOP');
      await pause(ms);
      child!.kill('SIGCONT');
    },
  };
};

/** What is done to processes, in turn. */
export type Blow = { readonly to: Kept; readonly by: 'kill' | 'freeze' };

/** Strikes one blow after the other, about every so often, as long as there is work, and each at least so many times. Answers how many. */
export const chaos = async (
  blows: readonly Blow[],
  { everyMs, least, working }: { everyMs: number; least: number; working: Promise<unknown> },
  tell: (line: string) => void,
): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  let isOver = false;
  void working.finally(() => (isOver = true)).catch(() => undefined);
  for (let nth = 0; !isOver || nth < least * blows.length; nth += 1) {
    await pause(everyMs / 2 + (Math.random() * everyMs) / 2);
    const { to, by } = blows[nth % blows.length]!;
    if (by === 'freeze') await to.freeze(everyMs);
    else {
      await to.kill();
      await to.start();
    }
    const told = `${to.name} ${by === 'kill' ? 'killed' : 'frozen'}`;
    counts[told] = (counts[told] ?? 0) + 1;
    tell(`${told}, and goes on`);
  }
  return counts;
};
