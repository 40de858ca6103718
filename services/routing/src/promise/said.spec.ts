import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type World, world } from '../../test/world.ts';
import { usualPolicy } from '../matter/policy.ts';
import { type SaidMemory, saidInMatters } from './said.query.ts';

let on: World;
beforeAll(async () => {
  on = await world();
});
afterAll(() => on.close());

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();
const channel = 'chat';

it('is the same with what was read of a long conversation before and without it, whatever came late', async () => {
  const memory: SaidMemory = new Map();
  const looked = async () => {
    const heard = Number(await on.settled());
    const [{ data } = { data: { matter: '' } }] = await on.events('MatterOpened');
    const look = async (known: SaidMemory) =>
      (await saidInMatters(on.projectorDb, 'default', [data.matter], usualPolicy, { heard, memory: known })).get(
        data.matter,
      )!;
    const [before, anew] = [await look(memory), await look(new Map())];
    expect(before).toEqual(anew);
    return anew;
  };
  const say = async (minutes: readonly number[], by?: 'agent') => {
    for (const minute of minutes) await on.say({ at: at(minute), by, channel });
  };

  await say([0, 10, 20]);
  expect((await looked()).said).toHaveLength(3);
  expect([...memory]).toEqual([]);
  await say(Array.from({ length: 60 }, (_, nth) => 100 + nth));
  expect((await looked()).said).toHaveLength(63);
  expect([...memory.values()].map(({ rows }) => rows.length)).toEqual([63]);
  // In between, long ago, and at the same instant as another.
  await say([15, 120], 'agent');
  await say([5]);
  expect((await looked()).said).toHaveLength(66);
  await say(Array.from({ length: 50 }, (_, nth) => 200 + nth));
  const cut = await looked();
  expect([cut.said.length, cut.since]).toEqual([100, '2026-05-04T01:51:00.000000Z']);
  await say([1, 130, 300]);
  expect((await looked()).said).toHaveLength(100);
});
