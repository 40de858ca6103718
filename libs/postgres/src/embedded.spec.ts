import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, skipBecause } from '@throughline/testing';
import { accountFor } from './account.ts';
import { binariesFor, locate } from './binaries.ts';
import { type Cluster, type ClusterOptions, connect, FolderInUse, PortTaken, ServerFailed, startCluster } from './index.ts';

let base: string;
let dir: string;
const running: Cluster[] = [];
const instances: ChildProcess[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'embedded-'));
  dir = join(base, 'postgres');
});
afterEach(async () => {
  for (const instance of instances.splice(0)) instance.kill('SIGKILL');
  for (const cluster of running.splice(0)) await cluster.stop('immediate');
});
afterAll(() => rm(base, { recursive: true }));

const begin = async (options: Partial<ClusterOptions> = {}): Promise<Cluster> => {
  const cluster = await startCluster({ dir, settings: { shared_buffers: '32MB' }, ...options });
  running.push(cluster);
  return cluster;
};

const ask = async (url: string, text: string) => {
  const db = connect({ url, application: 'spec', max: 1 });
  try {
    return (await db.query({ text, rowMode: 'array' })).rows;
  } finally {
    await db.close();
  }
};

const isAlive = (pid: number): boolean => spawnSync('kill', ['-0', String(pid)]).status === 0;
const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

/** An instance in another process, once it has started. */
const instance = async (at = dir): Promise<{ process: ChildProcess; superuser: string; pid: number }> => {
  const program = fileURLToPath(new URL('../test/instance.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', program, at], { stdio: ['ignore', 'pipe', 'inherit'] });
  instances.push(child);
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return { process: child, ...(JSON.parse(line) as { superuser: string; pid: number }) };
};

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('a cluster', () => {
  it('is a PostgreSQL 18 in the folder, with our settings', async () => {
    const { superuser } = await begin({ settings: {} });
    const settings = `select current_setting(name) from unnest(array['server_version_num', 'listen_addresses',
      'max_wal_size', 'wal_compression', 'synchronous_commit', 'fsync', 'TimeZone', 'data_checksums']) name`;
    const [[version], ...others] = (await ask(superuser, settings)) as unknown as [string][];
    expect(Math.floor(Number(version) / 10_000)).toBe(18);
    expect(others.flat()).toEqual(['127.0.0.1', '8GB', 'pglz', 'on', 'on', 'UTC', 'on']);
    expect(await readFile(join(dir, 'data', 'PG_VERSION'), 'utf8')).toBe('18\n');
  });

  it('sorts and folds text the same on every machine', async () => {
    const { superuser } = await begin();
    const text = `select string_agg(t, '' order by t), upper('éß'), (select datlocprovider || datlocale || pg_encoding_to_char(encoding)
      from pg_database where datname = current_database()) from unnest(array['b', 'a', 'B', 'ä', 'z']) t`;
    expect(await ask(superuser, text)).toEqual([['Babzä', 'Éß', 'bC.UTF-8UTF8']]);
  });

  it('lets nobody in without the password, which nobody else may read', async () => {
    const { superuser } = await begin();
    await expect(ask(superuser.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await mode(join(dir, 'server.json'))).toBe('600');
    expect(await mode(dir)).toBe('700');
    expect(await mode(join(dir, 'data'))).toBe('700');
  });

  it('keeps data, password and port from start to start', async () => {
    const first = await begin();
    await ask(first.superuser, 'create table kept as select 42 as it');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    await first.stop();
    const second = await begin();
    expect(second.superuser).toBe(first.superuser);
    expect(await ask(second.superuser, 'select it from kept')).toEqual([[42]]);
  });

  it('keeps what was committed through a crash', async () => {
    const { superuser, stop } = await begin();
    await ask(superuser, 'update kept set it = 43');
    await stop('immediate');
    await begin();
    expect(await ask(superuser, 'select it from kept')).toEqual([[43]]);
  });

  it('writes no values into its log', async () => {
    const { superuser } = await begin();
    await ask(superuser, 'create table person (name text unique)');
    const twice = `insert into person values ('Ann Lee'), ('Ann Lee')`;
    await expect(ask(superuser, twice)).rejects.toMatchObject({ code: '23505' });
    await expect(ask(superuser, `select 'Ann Lee'::int`)).rejects.toMatchObject({ code: '22P02' });
    expect(await readFile(join(dir, 'server.log'), 'utf8')).not.toContain('Ann');
  });

  it('gets a new password where the old one was lost', async () => {
    const { stop } = await begin();
    await stop();
    await rm(join(dir, 'server.json'));
    const { superuser } = await begin();
    expect(await ask(superuser, 'select it from kept')).toEqual([[43]]);
  });

  it('is refused where its data is of another version', async () => {
    const version = join(dir, 'data', 'PG_VERSION');
    await writeFile(version, '17\n');
    await expect(begin()).rejects.toThrow(ServerFailed);
    await writeFile(version, '18\n');
    await begin();
  });

  it('starts from a copy of the folder of a stopped one', async () => {
    const copy = join(base, 'copy');
    // As a careless `cp -r` makes it: ours and open, not the server's.
    await cp(dir, copy, { recursive: true });
    await chmod(join(copy, 'data'), 0o755);
    const { superuser } = await begin({ dir: copy });
    expect(await ask(superuser, 'select it from kept')).toEqual([[43]]);
  });

  it('says what PostgreSQL said where it does not start', async () => {
    await expect(begin({ settings: { max_connections: 'many' } })).rejects.toThrow('max_connections');
    await begin();
  });
});

describe('a port', () => {
  const occupied = async (port: number) => {
    const server = createServer().listen({ host: '127.0.0.1', port });
    await once(server, 'listening');
    return { port: (server.address() as { port: number }).port, free: () => server.close() };
  };

  it('that was asked for and is taken is an error, and the folder is free again', async () => {
    const { port, free } = await occupied(0);
    await expect(begin({ port })).rejects.toThrow(PortTaken);
    await expect(begin({ port })).rejects.toThrow(String(port));
    free();
    expect((await begin({ port })).port).toBe(port);
  });

  it('of our choice is another one where somebody took it', async () => {
    const { port, stop } = await begin();
    await stop();
    const { free } = await occupied(port);
    expect((await begin()).port).not.toBe(port);
    free();
  });
});

describe('a folder', () => {
  it('has one living instance', async () => {
    await begin();
    await expect(startCluster({ dir })).rejects.toThrow(FolderInUse);
    await expect(startCluster({ dir })).rejects.toThrow(`process ${process.pid}`);
  });

  it('has one living instance, wherever that runs', async () => {
    const other = await instance();
    await expect(startCluster({ dir })).rejects.toThrow(FolderInUse);
    expect(await ask(other.superuser, 'select it from kept')).toEqual([[43]]);
  });

  it('is taken over from a killed instance whose server lives on', async () => {
    const other = await instance();
    await killed(other.process);
    expect(isAlive(other.pid)).toBe(true);
    const { superuser } = await begin();
    expect(isAlive(other.pid)).toBe(false);
    expect(await ask(superuser, 'select it from kept')).toEqual([[43]]);
  });

  it('is taken over where the whole tree was killed', async () => {
    const other = await instance();
    await ask(other.superuser, 'update kept set it = 44');
    process.kill(other.pid, 'SIGKILL');
    await killed(other.process);
    const { superuser } = await begin();
    expect(await ask(superuser, 'select it from kept')).toEqual([[44]]);
  });

  it('is taken over where the server was killed and left a child that is at work', async () => {
    const other = await instance();
    const asleep = ask(other.superuser, 'select pg_sleep(60)').catch(() => 'gone');
    const busy = `select count(*)::int from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`;
    await eventually(async () => expect(await ask(other.superuser, busy)).toEqual([[1]]));
    process.kill(other.pid, 'SIGKILL');
    await killed(other.process);
    const { superuser } = await begin();
    expect(await asleep).toBe('gone');
    expect(await ask(superuser, 'select it from kept')).toEqual([[44]]);
  });

  it('is not given up for a process id that is now somebody else’s', async () => {
    const { stop } = await begin();
    await stop();
    await writeFile(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n`);
    await begin();
  });

  it('is made anew where the first start was killed half-way', async () => {
    const half = join(base, 'half');
    await mkdir(join(half, 'data.new', 'base'), { recursive: true });
    await writeFile(join(half, 'data.new', 'PG_VERSION'), '18\n');
    const { superuser } = await begin({ dir: half });
    expect(await ask(superuser, 'select 1')).toEqual([[1]]);
    expect(await readdir(half)).not.toContain('data.new');
  });
});

const asRoot = skipBecause(process.getuid?.() !== 0 && 'needs root');

describe('under root', () => {
  const enters = async (folder: string) => {
    const account = await accountFor(join(dir, 'data'));
    return spawnSync('sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account }).status === 0;
  };

  asRoot('the server runs as somebody else, and its data stays below a folder that only root may enter', async () => {
    const secret = join(base, 'only-root', 'checkout', 'postgres');
    await mkdir(secret, { recursive: true });
    await chmod(join(base, 'only-root'), 0o700);
    const { superuser, pid } = await begin({ dir: secret });
    expect(await enters(secret)).toBe(false);
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    expect(await ask(superuser, 'select 1')).toEqual([[1]]);
    expect(await readdir(join(secret, 'data'))).toContain('pg_wal');
  });

  asRoot('programs that the account may not reach, or without their links, run from the cache', async () => {
    const { native, version } = locate();
    const open = await mkdtemp(join(tmpdir(), 'cache-'));
    await chmod(open, 0o755);
    const hidden = join(base, 'checkout', 'native');
    await cp(native, hidden, { recursive: true, filter: (path) => !/\.so(\.\d+)?$/.test(path) || !path.includes('libicu') });
    process.env.THROUGHLINE_CACHE_DIR = open;
    try {
      const account = await accountFor(join(dir, 'data'));
      const said: string[] = [];
      const log = (line: string) => void said.push(line);
      const { postgres } = await binariesFor(account, log, { native: hidden, version });
      expect(postgres.startsWith(open)).toBe(true);
      expect(spawnSync(postgres, ['--version'], { ...account, encoding: 'utf8' }).stdout).toContain('18.');
      await binariesFor(account, log, { native: hidden, version });
      expect(said).toHaveLength(1);
    } finally {
      delete process.env.THROUGHLINE_CACHE_DIR;
      await rm(open, { recursive: true });
    }
  });
});
