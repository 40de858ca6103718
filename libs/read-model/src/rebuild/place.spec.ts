import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { type SpecDatabase, specDatabase } from '../../test/database.ts';
import { table } from '../table.ts';
import { prepare } from './place.ts';

const columns = { tenant: 'text', position: 'bigint' } as const;
const shapes = ['spec.one', 'spec.other'].map((name) => table({ name, columns, key: ['tenant'], merge: 'replace' }));

let db: SpecDatabase;
beforeAll(async () => {
  db = await specDatabase(shapes);
});
afterAll(() => db.close());

it('makes what stands beside several projections at once, the first time as well', async () => {
  const places = shapes.map(({ name }) => ({ name, version: 2, tables: [name] }));
  let others: Promise<void>[] = [];
  await db.projector.tx(async (client) => {
    await prepare(client, places[0]!, { byItself: true, workers: 1 });
    others = places
      .slice(1)
      .map((place) => db.projector.tx((other) => prepare(other, place, { byItself: true, workers: 1 })));
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(async () => expect((await db.superuser.query(waits)).rows).toHaveLength(others.length));
  });
  await Promise.all(others);
  const { rows } = await db.superuser.query('select projection from read_model.rebuild order by projection');
  expect(rows).toEqual(shapes.map(({ name: projection }) => ({ projection })));
});
