import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type World, world } from '../../test/world.ts';
import { reading } from '../reading.ts';
import { newsOf } from './news.query.ts';

const tenant = 'one';
const ann = 'email:ann@example.com';

let on: World;
beforeAll(async () => {
  on = await world();
}, 60_000);
afterAll(() => on.close());

it('55 is looked once for all who ask at the same time, and of an earlier look nothing is left', async () => {
  const news = newsOf({ read: (reader, _, query) => reading(on, reader, query) });
  await on.say(tenant, { at: '2026-05-04T09:30:00Z', from: ann, text: 'of a future that is given up' });
  await on.caughtUp();
  const stretch = { after: 0n, to: await on.ledger.head() };
  const [first, second] = await Promise.all([news(tenant, stretch), news(tenant, stretch)]);
  expect(second).toBe(first);
  const handle = on.vault.handleId(tenant, ann);
  expect(first(handle).map(({ type }) => type)).toEqual(['InteractionCaptured']);
  // As a failover leaves it, until other events stand there.
  await on.projectorDb.query('delete from timeline.entry where tenant = $1', [tenant]);
  expect((await news(tenant, stretch))(handle)).toEqual([]);
});
