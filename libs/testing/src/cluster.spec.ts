import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@throughline/postgres';
import { cluster, type TestCluster } from './index.ts';

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

  it('leaves nothing behind', async () => {
    const other = await cluster();
    await other.drop();
    expect(existsSync(other.dir)).toBe(false);
  });
});
