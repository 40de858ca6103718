import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Instant } from '@throughline/contracts';
import { connect, type Database } from '@throughline/postgres';
import { eventually, postgres, type TestDatabase } from '@throughline/testing';
import { appendByHand, open } from '../conformance/postgres.ts';
import { appendOne, command } from '../conformance/world.ts';
import { migrations } from '../postgres.ts';
import { positionAt, positionSince } from './moment.ts';

let urls: TestDatabase;
let all: Database;
beforeAll(async () => {
  urls = await postgres({ ledger: migrations });
  all = connect({ url: urls.projector, application: 'spec' });
});
afterAll(async () => {
  await all.close();
  await urls.drop();
});

const now = async (): Promise<Instant> => {
  const { rows } = await all.query<{ at: Instant }>('select clock_timestamp() as at');
  return rows[0]!.at;
};
const waiting = async (): Promise<number> => {
  const { rows } = await all.query<{ count: number }>(
    `select count(*)::int as count from pg_locks where locktype = 'advisory' and classid = 7201 and not granted
     and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]!.count;
};

it('a moment that is over gains no event, however long a commit takes', async () => {
  const ledger = await open(urls);
  await appendOne(ledger, command('one', 's'));
  const service = connect({ url: urls.service, application: 'spec' });
  const { at, found } = await service.session(async (client) => {
    await client.query('begin');
    await client.query(appendByHand);
    const at = await now();
    const found = Promise.all([positionAt(all, at), positionSince(all, at)]);
    await eventually(async () => expect(await waiting()).toBe(2));
    await client.query('commit');
    return { at, found: await found };
  });
  expect(found).toMatchObject([2n, { position: null }]);
  await appendOne(ledger, command('one', 's'));
  expect(await positionAt(all, at)).toBe(2n);
  expect(await positionSince(all, at)).toMatchObject({ position: 3n });
  await Promise.all([ledger.close(), service.close()]);
});
