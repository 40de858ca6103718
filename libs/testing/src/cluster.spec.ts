import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@throughline/postgres';
import { cluster, sharedBy, skipBecause, type TestCluster, treeOf } from './index.ts';

const onLinux = skipBecause(process.platform !== 'linux' && 'needs /proc');

describe('cluster()', () => {
  let own: TestCluster;
  beforeAll(async () => {
    own = await cluster({ work_mem: '7MB' });
  });
  afterAll(() => own.drop());

  it('comes back from a crash at the same place, for pools that were open meanwhile', async () => {
    const db = connect({ url: own.owner, application: 'spec' });
    await db.query(`create table kept as select current_setting('work_mem') as it`);
    await own.restart();
    expect((await db.query('select it from kept')).rows).toEqual([{ it: '7MB' }]);
    await own.stop();
    await expect(db.query('select 1')).rejects.toThrow();
    await own.start();
    expect((await db.query('select it from kept')).rows).toEqual([{ it: '7MB' }]);
    await db.close();
  });

  onLinux('shares no memory by files that a kill would leave behind', async () => {
    const [pid] = (await readFile(`${own.dir}/data/postmaster.pid`, 'utf8')).split('\n');
    expect(await sharedBy(await treeOf(Number(pid)))).toEqual([]);
    expect(await readdir(`${own.dir}/data/pg_dynshmem`)).not.toEqual([]);
  });

  it('leaves nothing behind', async () => {
    const other = await cluster();
    await other.drop();
    expect(existsSync(other.dir)).toBe(false);
  });
});
