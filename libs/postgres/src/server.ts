import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, own } from './account.ts';
import type { Binaries } from './binaries.ts';
import { PortTaken, ServerFailed } from './errors.ts';
import { verifierOf } from './scram.ts';
import { configOf, hostAccess, type Settings } from './settings.ts';

/** Where a server's files are, and as whom and with which programs it runs. */
export interface Place {
  data: string;
  logFile: string;
  account: Account;
  binaries: Binaries;
}

/** The name of the superuser. */
export const superuser = 'postgres';

type Io = { detached?: boolean; stdio: (number | 'ignore' | 'pipe')[] };

const READY_WITHIN = 600_000;
const LARGEST_LOG = 10_000_000;

/** Makes the data folder; a crash half-way leaves nothing that looks like one. */
export async function initialise(place: Place, password: string): Promise<void> {
  const fresh = { ...place, data: `${place.data}.new` };
  await rm(fresh.data, { recursive: true, force: true });
  await own(fresh.data, place.account);
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8'];
  await finish(fresh, place.binaries.initdb, [
    '-D',
    folderOf(fresh),
    `--username=${superuser}`,
    '--auth=reject',
    ...locale,
  ]);
  await setPassword(fresh, password);
  await rename(fresh.data, place.data);
}

/** Sets the superuser's password on a server that does not run. */
export async function setPassword(place: Place, password: string): Promise<void> {
  const statement = `alter role ${superuser} password '${verifierOf(password)}'\n`;
  await finish(place, place.binaries.postgres, ['--single', '-D', folderOf(place), superuser], statement);
}

/**
 * Starts the server and waits until it answers; a crash recovery may take minutes.
 *
 * @throws PortTaken · ServerFailed with the last lines of its log
 */
export async function launch(place: Place, port: number, settings?: Settings): Promise<ChildProcess> {
  await give(place, 'postgresql.conf', configOf(port, settings));
  await give(place, 'pg_hba.conf', hostAccess);
  const from = await turnLog(place.logFile);
  const output = openSync(place.logFile, 'a', 0o600);
  // Detached: Ctrl-C in a terminal reaches the whole group, and the server must outlive the drain of its services.
  const server = start(place, place.binaries.postgres, ['-D', folderOf(place)], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const failed = await ready(place, server);
  server.unref();
  if (!failed) return server;
  const said = (await readFile(place.logFile)).subarray(from).toString();
  if (/could not bind .* Address already in use/.test(said)) throw new PortTaken(port);
  throw new ServerFailed(`PostgreSQL did not start (${failed}):\n${said.slice(-2000)}`);
}

/** Resolves once the server is ready, or with the reason why it will not be. */
async function ready({ data }: Place, server: ChildProcess): Promise<string | undefined> {
  let ended: string | undefined;
  server.once('error', (error) => (ended = error.message));
  server.once('exit', (code, signal) => (ended = `exit ${code ?? signal}`));
  const deadline = performance.now() + READY_WITHIN;
  while (!ended && performance.now() < deadline) {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return undefined;
    await sleep(10);
  }
  server.kill('SIGQUIT');
  return ended ?? `not ready within ${READY_WITHIN / 1000} s`;
}

async function give({ data, account }: Place, name: string, text: string): Promise<void> {
  const file = join(data, name);
  await writeFile(file, text, { mode: 0o600 });
  if (account) await chown(file, account.uid, account.gid);
}

/** Keeps the log of this start and, where that has grown, one older file. @returns where the new lines begin */
async function turnLog(file: string): Promise<number> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size < LARGEST_LOG) return size;
  await rename(file, `${file}.1`);
  return 0;
}

/**
 * How a child finds its data. Its account may have no right to pass the folders above (a checkout in root's home, say),
 * but it need not: the child is put into the folder before it becomes that account, and on Linux `/proc/self/cwd` is
 * an absolute name for where it is, which is all that PostgreSQL asks for.
 */
const folderOf = ({ data, account }: Place): string =>
  account && process.platform === 'linux' ? '/proc/self/cwd' : data;

function start({ data, account }: Place, program: string, args: string[], io: Io): ChildProcess {
  // Nothing of the caller's PG… variables: they would lead the server elsewhere.
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  return spawn(program, args, { ...account, cwd: data, env, ...io });
}

async function finish(place: Place, program: string, args: string[], input = ''): Promise<void> {
  const child = start(place, program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout?.on('data', (chunk) => (said += chunk));
  child.stderr?.on('data', (chunk) => (said += chunk));
  child.stdin?.end(input);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new ServerFailed(`${program} failed (exit ${String(code)}):\n${said.slice(-2000)}`);
}
