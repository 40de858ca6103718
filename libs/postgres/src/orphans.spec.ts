import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { ask, begin, dir, folder, instance, isAlive, kill } from '../test/clusters.ts';
import { FolderInUse, isHeld, startCluster } from './index.ts';

const value = `select it from kept`;

describe('a folder', () => {
  beforeAll(async () => {
    const { superuser, stop } = await startCluster({ dir });
    await ask(superuser, 'create table kept as select 43 as it');
    await stop();
  });

  it('has one living instance', async () => {
    await begin();
    await expect(startCluster({ dir })).rejects.toThrow(FolderInUse);
    await expect(startCluster({ dir })).rejects.toThrow(`process ${process.pid}`);
  });

  it('has one living instance, wherever that runs', async () => {
    expect(isHeld(dir)).toBe(false);
    const other = await instance();
    expect(isHeld(dir)).toBe(true);
    await expect(startCluster({ dir })).rejects.toThrow(FolderInUse);
    expect(await ask(other.superuser, value)).toEqual([[43]]);
  });

  it('keeps no server where an error ended the instance', async () => {
    const other = await instance();
    other.process.kill('SIGUSR2');
    await eventually(() => expect(isAlive(other.pid)).toBe(false));
  });

  it('is taken over from a killed instance whose server lives on', async () => {
    const other = await instance();
    await kill(other.process);
    expect(isHeld(dir)).toBe(false);
    expect(isAlive(other.pid)).toBe(true);
    const { superuser } = await begin();
    expect(isAlive(other.pid)).toBe(false);
    expect(await ask(superuser, value)).toEqual([[43]]);
  });

  it('is taken over where the whole tree was killed', async () => {
    const other = await instance();
    await ask(other.superuser, 'update kept set it = 44');
    process.kill(other.pid, 'SIGKILL');
    await kill(other.process);
    const { superuser } = await begin();
    expect(await ask(superuser, value)).toEqual([[44]]);
  });

  it('is taken over where the server was killed and left a child that is at work', async () => {
    const other = await instance();
    const asleep = ask(other.superuser, 'select pg_sleep(60)').catch(() => 'gone');
    const busy = `select count(*)::int from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`;
    await eventually(async () => expect(await ask(other.superuser, busy)).toEqual([[1]]));
    process.kill(other.pid, 'SIGKILL');
    await kill(other.process);
    const { superuser } = await begin();
    expect(await asleep).toBe('gone');
    expect(await ask(superuser, value)).toEqual([[44]]);
  });

  it('is not given up for a process id that is now somebody else’s', async () => {
    const { stop } = await begin();
    await stop();
    await writeFile(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n`);
    await begin();
  });

  it('is made anew where the first start was killed half-way', async () => {
    const half = folder('half');
    await mkdir(join(half, 'data.new', 'base'), { recursive: true });
    await writeFile(join(half, 'data.new', 'PG_VERSION'), '18\n');
    const { superuser } = await begin({ dir: half });
    expect(await ask(superuser, 'select 1')).toEqual([[1]]);
    expect(await readdir(half)).not.toContain('data.new');
  });
});
