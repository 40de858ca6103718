import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PerRole, prepareRoles } from '@throughline/postgres';
import { freePorts } from './kafka/ports.ts';
import { passableFolder } from './run.ts';

const run = promisify(execFile);

/** A server of the machine's own PostgreSQL, whatever its version, with that version's tools beside it. */
export interface ToolServer {
  superuser: string;
  /** Makes a database, with the three roles. */
  database: (name: string) => Promise<PerRole & { superuser: string }>;
  /** Runs one of its tools (`pg_dump`, `pg_restore` …) in its folder. Throws what it says where it fails. */
  tool: (name: string, ...args: string[]) => Promise<string>;
  /** A base backup of it, started: as a server of its own, or as a replica that follows it. */
  copy: (as: 'its own' | 'replica') => Promise<ToolServer>;
  /** The same database of it as the URL's of another server. */
  sameAs: (url: string) => string;
  /** Makes a replica a primary: what it did not hear of by then is lost. */
  promote: () => Promise<void>;
  /** Ends it in good order and starts it again, as if it had made transactions up to this id meanwhile. */
  skipTo: (transaction: number) => Promise<void>;
  /** Ends it at once; its folder stays, and it can be started again. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it at once and removes its folder. */
  drop: () => Promise<void>;
}

const needed = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'pg_basebackup', 'pg_resetwal'];

/** Transactions, two bits each, of one file that says what became of them, in bytes and in transactions. */
const fates = { bytes: 262_144, transactions: 1_048_576 };

/** `THROUGHLINE_TEST_PG_BIN`, or where Debian keeps them. */
const bin = [process.env.THROUGHLINE_TEST_PG_BIN ?? '', ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()]
  .find((folder) => folder && needed.every((name) => existsSync(join(folder, name)))); // prettier-ignore

/** Why there is no such server on this machine, if so. */
export const whyNoTools = (): string | undefined =>
  bin
    ? undefined
    : 'needs a PostgreSQL with its own tools, such as Debian’s; THROUGHLINE_TEST_PG_BIN is the folder of its programs';

const password = 'of a spec';

/** As whom it runs: PostgreSQL refuses root. */
const accountOf = async (): Promise<{ uid?: number; gid?: number }> => {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (what) => (await run('id', [what, 'postgres'])).stdout));
  return { uid: Number(uid), gid: Number(gid) };
};

/** Starts one, empty, over loopback alone. */
export async function toolServer(): Promise<ToolServer> {
  return started(async (folder, tool) => {
    await writeFile(join(folder, 'password'), password);
    const access = [
      '--username=postgres',
      '--auth=scram-sha-256',
      '--pwfile=password',
      '--encoding=UTF8',
      '--locale=C',
    ];
    await tool('initdb', '-D', 'data', '--no-sync', ...access);
  });
}

async function started(make: (folder: string, tool: ToolServer['tool']) => Promise<void>): Promise<ToolServer> {
  if (!bin) throw new Error(whyNoTools());
  const [account, above, [port]] = [await accountOf(), await passableFolder(), await freePorts(1)];
  const folder = join(above, 'server');
  await mkdir(folder, { mode: 0o700 });
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid!);
  const env = { ...process.env, PGPASSWORD: password, LC_ALL: 'C' };
  const tool: ToolServer['tool'] = async (name, ...args) =>
    (await run(join(bin, name), args, { ...account, cwd: folder, env, maxBuffer: 2 ** 28 })).stdout;
  const at = (url: string): string => {
    const here = new URL(url);
    here.port = String(port);
    return here.href;
  };
  const superuser = at(`postgres://postgres:${encodeURIComponent(password)}@127.0.0.1/postgres`);
  const control = (...args: string[]) => tool('pg_ctl', '-D', 'data', '-w', ...args);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c wal_level=logical`;
  const start = async () => void (await control('-l', 'log', '-o', options, 'start'));
  const stop = async () => void (await control('-m', 'immediate', 'stop'));
  const skipTo = async (transaction: number) => {
    await control('-m', 'fast', 'stop');
    const file = Math.floor(transaction / fates.transactions).toString(16).toUpperCase().padStart(4, '0'); // prettier-ignore
    await writeFile(join(folder, 'data/pg_xact', file), Buffer.alloc(fates.bytes), { mode: 0o600, flag: 'a' });
    if (account.uid !== undefined) await chown(join(folder, 'data/pg_xact', file), account.uid, account.gid!);
    await tool('pg_resetwal', '-D', 'data', '-x', String(transaction));
    await start();
  };
  const drop = async () => {
    await stop().catch(() => undefined);
    await rm(above, { recursive: true, force: true });
  };
  try {
    await make(folder, tool);
    await start();
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    superuser,
    tool,
    sameAs: at,
    promote: async () => void (await control('promote')),
    skipTo,
    stop,
    start,
    drop,
    database: async (name) => {
      const { owner, service, projector } = await prepareRoles(superuser, { database: name, passwords });
      return { owner, service, projector, superuser: superuser.replace(/postgres$/, name) };
    },
    copy: (as) =>
      started(async (_, copying) => {
        const follows = as === 'replica' ? ['--write-recovery-conf'] : [];
        await copying('pg_basebackup', '-d', superuser, '-D', 'data', '--checkpoint=fast', '--no-sync', ...follows);
      }),
  };
}

const passwords: PerRole = { owner: 'owner', service: 'service', projector: 'projector' };
