import type { ChildProcess } from 'node:child_process';
import { ServerFailed } from './errors.ts';

/** How a server ends: `fast` in order, `immediate` as in a crash. */
export type StopMode = 'fast' | 'immediate';

const FAST = 8_000;
const FORCED = 10_000;

/**
 * How to end a server: resolves when its process is gone. What does not end in order within 8 s is ended by force.
 * Unless it lingers, the server is told to end where this process ends without having done so, by an error say.
 */
export function stopper(server: ChildProcess, { lingers }: { lingers: boolean }): (mode: StopMode) => Promise<void> {
  const exited = new Promise<true>((resolve) => server.once('exit', () => resolve(true)));
  const goToo = () => void server.kill('SIGINT');
  if (!lingers) {
    process.once('exit', goToo);
    void exited.then(() => process.off('exit', goToo));
  }
  const isGone = () => server.exitCode !== null || server.signalCode !== null;

  const endedBy = async (signal: NodeJS.Signals, within: number): Promise<boolean> => {
    if (isGone()) return true;
    server.ref();
    server.kill(signal);
    const { promise: late, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(resolve, within, false);
    return Promise.race([exited, late]).finally(() => clearTimeout(timer));
  };

  return async (mode) => {
    if (mode === 'fast' && (await endedBy('SIGINT', FAST))) return;
    if ((await endedBy('SIGQUIT', FORCED)) || (await endedBy('SIGKILL', FORCED))) return;
    throw new ServerFailed(`PostgreSQL (process ${server.pid}) does not end`);
  };
}
