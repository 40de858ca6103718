import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.ts';
import { isAlive } from '../run.ts';
import type { HomeOf } from './home.ts';
import { isThere, java, jvm, kafkaJars } from './jars.ts';

const run = promisify(execFile);

const GONE_WITHIN = 60_000;

/**
 * Servers that are processes of this machine, from the jars.
 *
 * @throws NoKafka where Java or the jars are not to be had
 */
export async function processes(): Promise<HomeOf> {
  const { folder, classes } = await kafkaJars();
  // One that does not suit is passed over by Java, and one that is not there would cost it its own.
  const kept = (await isThere(classes)) ? [`-XX:SharedArchiveFile=${classes}`] : [];
  const flags = [...jvm, ...kept, '-cp', join(folder, '*')];
  return () => ({
    address: '127.0.0.1',
    run: async (args) => void (await run(java(), [...flags, ...args])),
    command: async (_, args) => [java(), ...flags, ...args],
    signal: async (_, pid, signal) => send(pid, signal),
    isHalted: async (_, pid) => (await run('ps', ['-o', 'stat=', '-p', String(pid)])).stdout.startsWith('T'),
    clear: async (dir) => {
      const pid = await leftBehind(dir);
      if (!pid) return;
      send(pid, 'SIGKILL');
      await gone(pid);
    },
    leave: async () => {},
  });
}

/** Resolves once there is no such process. */
export const gone = (pid: number): Promise<void> =>
  eventually(
    () => {
      if (isAlive(pid)) throw new Error(`The broker ${pid} does not end`);
    },
    { within: GONE_WITHIN },
  );

function send(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}

/** The process that a former start left in this folder, as far as it can be told for sure: on Linux. */
async function leftBehind(dir: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => ''));
  const cwd = pid && (await readlink(`/proc/${pid}/cwd`).catch(() => ''));
  return cwd === dir ? pid : undefined;
}
