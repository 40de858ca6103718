import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { follow } from '@throughline/feed';
import { projection } from '@throughline/read-model';
import { type World, world } from '../../test/world.ts';
import { Router } from '../router.ts';
import { routingProjector } from '../routing.projector.ts';
import { routingReactor } from '../routing.reactor.ts';

const ann = 'email:ann@example.com';

describe('what comes in at the same moment', () => {
  let on: World;
  beforeEach(async () => {
    on = await world();
  });
  afterEach(() => on.close());

  const end = () =>
    on.tell(streamOf.conversation(on.conversationOf(ann)), 'SessionEnded', {
      conversation: on.conversationOf(ann), session: 1, by: 'hand', at: new Date().toISOString(), outcome: 'resolved',
    }); // prettier-ignore
  const rows = () => follow(on.ledger, projection(routingProjector, { db: on.projectorDb }));
  const reactor = (limit?: number, router = new Router({ ledger: on.ledger, db: on.projectorDb })) =>
    follow(on.ledger, projection(routingReactor(router), { db: on.projectorDb }), { limit });
  const stop = async (...which: number[]) => {
    await Promise.all(which.map((nth) => on.followings[nth]!.stop()));
  };
  const start = (nth: number, following: ReturnType<typeof follow>) => {
    on.followings[nth] = following;
  };

  it('a message right behind the end opens the matter again, heard with it', async () => {
    await on.say();
    await on.settled();
    await stop(2);
    await end();
    await on.say();
    start(2, reactor());
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued' }]);
    expect(await on.events('MatterClosed', 'MatterReopened')).toHaveLength(2);
  });

  it('a message right behind the end opens the matter again, heard before the rows tell of the close', async () => {
    await on.say();
    await on.settled();
    await stop(2, 0);
    await end();
    await on.say();
    const head = await on.ledger.head();
    const some = rows();
    expect(await some.waitFor(head, 10_000)).toBe(true);
    await some.stop();
    start(2, reactor(1));
    expect(await on.followings[2]!.waitFor(head, 10_000)).toBe(true);
    start(0, rows());
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued' }]);
    expect(await on.events('MatterClosed', 'MatterReopened')).toHaveLength(2);
  });

  it.each([500, 1])('the end of a call closes what the call opened, heard in batches of %d', async (limit) => {
    await stop(2, 0);
    await on.say({ channel: 'phone' });
    await end();
    const head = await on.ledger.head();
    const some = rows();
    expect(await some.waitFor(head, 10_000)).toBe(true);
    await some.stop();
    start(2, reactor(limit));
    await on.followings[2]!.waitFor(1n, 10_000);
    start(0, rows());
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'closed' }]);
    await on.say({ channel: 'phone' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued' }]);
  });

  it('the end of a session counts beside a change of its owner', async () => {
    await on.say();
    await on.settled();
    await stop(2);
    await on.owner('customer', on.handle(ann), on.handle('email:maria@acme.example'));
    await end();
    await on.tell(streamOf.agent(on.handle(ann)), 'AgentPresenceChanged', { agent: on.handle(ann), presence: 'away' });
    start(2, reactor());
    await on.settled();
    expect(await on.events('MatterHandedOn', 'MatterAssigned')).toHaveLength(1);
    expect(await on.matters()).toMatchObject([{ state: 'closed' }]);
  });

  it('a turn that another replica gave is over with its session, and a matter that it closed open again', async () => {
    await on.team('support', { channels: ['email'] });
    await on.agent('email:bo@acme.example');
    await on.say({ from: 'email:first@example.com' });
    await on.say();
    await on.settled();
    await stop(2);
    start(2, reactor());
    await on.say({ from: 'email:other@example.com' });
    await end();
    await on.settled();
    await stop(2);
    start(2, reactor(undefined, on.routers[0]));
    const conversation = on.conversationOf('email:other@example.com');
    const at = new Date().toISOString();
    await on.tell(streamOf.conversation(conversation), 'SessionEnded', { conversation, session: 1, by: 'channel', at });
    await on.say();
    await on.settled();
    expect((await on.events('TurnReleased')).map(({ data }) => data.because)).toEqual(['closed', 'session-ended']);
    expect(await on.events('MatterReopened')).toHaveLength(1);
  });

  it('a second conversation joins the matter that is chosen and not opened yet', async () => {
    await stop(2, 0);
    await on.say({ conversation: 'one' });
    await on.say({ conversation: 'two' });
    const head = await on.ledger.head();
    const some = rows();
    expect(await some.waitFor(head, 10_000)).toBe(true);
    await some.stop();
    start(2, reactor(1));
    await on.followings[2]!.waitFor(1n, 10_000);
    // Rows up to the choice and no further.
    await on.followings[2]!.stop();
    const chosen = (await on.events('MatterChosen'))[0]!;
    const tail: typeof on.ledger.tail = async (after, options) =>
      (await on.ledger.tail(after, options)).filter(({ position }) => position <= chosen.position);
    const upTo = Object.assign(Object.create(on.ledger) as typeof on.ledger, { tail });
    const few = follow(upTo, projection(routingProjector, { db: on.projectorDb }));
    expect(await few.waitFor(chosen.position, 10_000)).toBe(true);
    await few.stop();
    start(2, reactor(1));
    await on.followings[2]!.waitFor(2n, 10_000);
    start(0, rows());
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
  });
});
