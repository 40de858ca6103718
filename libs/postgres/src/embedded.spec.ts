import { once } from 'node:events';
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, begin, dir, folder, isAlive } from '../test/clusters.ts';
import { PortTaken, ServerFailed } from './index.ts';

const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe('a cluster', () => {
  it('is a PostgreSQL 18 in the folder, with our settings', async () => {
    const { superuser } = await begin({ settings: {} });
    const settings = `select current_setting(name) from unnest(array['server_version_num', 'listen_addresses',
      'max_wal_size', 'wal_compression', 'synchronous_commit', 'fsync', 'TimeZone', 'data_checksums']) name`;
    const [[version] = [], ...others] = (await ask(superuser, settings)) as [string][];
    expect(Math.floor(Number(version) / 10_000)).toBe(18);
    expect(others.flat()).toEqual(['127.0.0.1', '8GB', 'off', 'on', 'on', 'UTC', 'on']);
    expect(await readFile(join(dir, 'data', 'PG_VERSION'), 'utf8')).toBe('18\n');
    const files = ['data', 'instance.lock', 'instance.pid', 'server.json', 'server.log'];
    expect((await readdir(dir)).toSorted()).toEqual(files);
  });

  it('sorts and folds text the same on every machine', async () => {
    const { superuser } = await begin();
    const text = `select string_agg(t, '' order by t), upper('éß'), (select datlocprovider::text || datlocale || pg_encoding_to_char(encoding)
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
    const copy = folder('copy');
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
  const listeners: Server[] = [];
  afterEach(() => listeners.splice(0).forEach((listener) => listener.close()));

  const occupied = async (port: number) => {
    const server = createServer().listen({ host: '127.0.0.1', port });
    listeners.push(server);
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
