import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { type World, world } from '../../test/world.ts';

describe('a meeting to come that joined no matter joins none though all is heard again', () => {
  let on: World;
  beforeEach(async () => {
    on = await world();
  });
  afterEach(() => on.close());
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const meet = () =>
    on.say({ channel: 'meeting', conversation: 'meeting', with: 'email:bo@acme.example', at: inDays(1) });
  const again = async () => {
    const head = await on.settled();
    await on.projectorDb.query(
      `update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'routing.reactor'`,
    );
    await on.say({ backfill: true });
    await on.settled();
    const joined = (await on.events('MatterJoined')).map(({ data, position }) => [String(position), data.conversation]);
    expect([joined, await on.ledger.head()]).toEqual([[], head + 1n]);
  };

  it('that was touched too long ago then', async () => {
    await on.say({ channel: 'chat', conversation: 'chat', at: inDays(-10) });
    await on.settled();
    await meet();
    await on.settled();
    expect(await on.events('MatterJoined')).toEqual([]);
    await on.say({ channel: 'chat', conversation: 'chat' });
    await again();
  });
  it('that was closed then', async () => {
    await on.say({ channel: 'chat', conversation: 'chat' });
    await on.settled();
    const [one] = await on.matters();
    await on.tell(streamOf.matter(one!.matter), 'MatterClosed', {
      matter: one!.matter,
      at: new Date().toISOString(),
      heard: Number(await on.ledger.head()),
      by: 'hand',
    });
    await on.settled();
    await meet();
    await on.settled();
    await on.say({ channel: 'chat', conversation: 'chat' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued' }]);
    await again();
  });
  it('of somebody who was another customer then', async () => {
    await on.say({ channel: 'chat', conversation: 'chat', from: 'tel:+14155550100' });
    await on.settled();
    await meet();
    await on.settled();
    await on.link(on.handle('tel:+14155550100'), on.handle('email:ann@example.com'));
    await on.settled();
    await again();
  });
});
