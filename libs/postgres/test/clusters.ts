import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import { type Cluster, type ClusterOptions, connect, startCluster } from '@throughline/postgres';
import { temporaryFolder } from '@throughline/testing';

/** The program of an instance of its own: `instance.ts FOLDER`. */
export const program = fileURLToPath(new URL('instance.ts', import.meta.url));

const base = await temporaryFolder();
const running: Cluster[] = [];
const instances: ChildProcess[] = [];

/** A folder of this spec file. */
export const folder = (name: string): string => join(base, name);

/** Where clusters begin unless told otherwise. */
export const dir = folder('postgres');

/** Starts a cluster, which ends with the test. */
export const begin = async (options: Partial<ClusterOptions> = {}): Promise<Cluster> => {
  const cluster = await startCluster({ dir, settings: { shared_buffers: '32MB' }, ...options });
  running.push(cluster);
  return cluster;
};

/** Starts an instance in another process, which is killed with the test. */
export const instance = async (at = dir, account?: { uid: number; gid: number }) => {
  const child = spawn(process.execPath, ['--conditions=source', program, at], {
    ...account,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  instances.push(child);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the instance did not start')));
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  return { process: child, ...(JSON.parse(line) as { superuser: string; pid: number }) };
};

/** Kills an instance; its server lives on. */
export const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** The rows of one statement, as arrays. */
export const ask = async (url: string, text: string) => {
  const db = connect({ url, application: 'spec', max: 1 });
  try {
    return (await db.query<unknown[]>({ text, rowMode: 'array' })).rows;
  } finally {
    await db.close();
  }
};

/** Whether the process works still; one that has ended and whom nobody has asked for its exit code does not. */
export const isAlive = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout.trim());
};

afterEach(async () => {
  for (const child of instances.splice(0)) child.kill('SIGKILL');
  for (const cluster of running.splice(0)) await cluster.stop('immediate');
});
