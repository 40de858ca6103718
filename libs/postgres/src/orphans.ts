import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ServerFailed } from './errors.ts';

const run = promisify(execFile);

/** In order, at once, by force; each with the milliseconds that it may take. */
const steps: [NodeJS.Signals, number][] = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 10_000],
];

/** The process id in the first line of `postmaster.pid`. */
export async function postmasterOf(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

/**
 * Ends whatever server a killed process left behind on this data, and removes its `postmaster.pid`: a process id in
 * there that now belongs to somebody else would keep PostgreSQL from starting.
 * Only for who holds the folder. Shuts down in order first, then by force: nothing acknowledged is lost either way.
 *
 * @throws ServerFailed where a process does not end
 */
export async function endOrphans(data: string, log: (line: string) => void): Promise<void> {
  const postmaster = await postmasterOf(data);
  for (const [signal, within] of steps) {
    const found = await serversOn(data, postmaster);
    // Only the postmaster knows an orderly end; the children of a dead one do not.
    const told = signal === 'SIGINT' ? found.filter((pid) => pid === postmaster) : found;
    if (told.length === 0) continue;
    log(`ending a server that was left behind on ${data} (process ${told.join(', ')}, ${signal})`);
    for (const pid of told) kill(pid, signal);
    await gone(data, postmaster, within);
  }
  const left = await serversOn(data, postmaster);
  if (left.length > 0) throw new ServerFailed(`A server on ${data} does not end (process ${left.join(', ')})`);
  await rm(join(data, 'postmaster.pid'), { force: true });
}

async function gone(data: string, postmaster: number | undefined, within: number): Promise<void> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline && (await serversOn(data, postmaster)).length > 0) await sleep(20);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** PostgreSQL's processes all work in their data folder, so on Linux they are known by it, whoever is their parent. */
async function serversOn(data: string, postmaster: number | undefined): Promise<number[]> {
  if (process.platform !== 'linux') return postmaster && (await isPostgres(postmaster)) ? [postmaster] : [];
  const pids = (await readdir('/proc')).map(Number).filter(Boolean);
  const works = await Promise.all(pids.map(async (pid) => (await linkOf(pid, 'cwd')) === data && isServer(pid)));
  return pids.filter((_, at) => works[at]);
}

const linkOf = (pid: number, what: 'cwd' | 'exe') => readlink(`/proc/${pid}/${what}`).catch(() => '');
const isServer = async (pid: number) => basename(await linkOf(pid, 'exe')).startsWith('postgres');

async function isPostgres(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => ({ stdout: '' }));
  return basename(stdout.trim()).startsWith('postgres');
}
