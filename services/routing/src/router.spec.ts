import { afterEach, describe, expect, it } from '@jest/globals';
import { type DataOf, streamOf } from '@throughline/contracts';
import { fold } from '@throughline/decider';
import { follow } from '@throughline/feed';
import { postgresLedger } from '@throughline/ledger';
import { projection } from '@throughline/read-model';
import fc from 'fast-check';
import { type World, world } from '../test/world.ts';
import { type MatterEvent, matters } from './matter/matter.ts';
import { Router } from './router.ts';
import { routingReactor } from './routing.reactor.ts';
import { matterHears } from './stream.ts';

const onPostgres = ({ service, projector }: { service: string; projector: string }) =>
  postgresLedger({ url: service, tailUrl: projector, writer: 'spec' });

const spread = (numbers: readonly number[]): number => Math.max(...numbers) - Math.min(...numbers);
const countBy = (values: readonly string[]): number[] =>
  [...Map.groupBy(values, (value) => value).values()].map(({ length }) => length);

/** Every matter's stream, command by command: nobody's only between two events of one. */
const ownerless = async (on: World): Promise<string[]> => {
  const events = await on.events(...matterHears);
  const found: string[] = [];
  for (const [stream, theirs] of Map.groupBy(events, ({ stream }) => stream)) {
    const state = fold(matters, theirs as unknown as MatterEvent[]);
    const commands = [...Map.groupBy(theirs, ({ recordedAt }) => recordedAt).values()];
    for (let nth = 1; nth <= commands.length; nth += 1) {
      const then = fold(matters, commands.slice(0, nth).flat() as unknown as MatterEvent[]);
      if (then.is === 'unheard' || then.is === 'unrouted') found.push(`${stream} after command ${nth}`);
    }
    if (state.is === 'queued' && !(Date.parse(state.queue.until) > 0)) found.push(`${stream} without a deadline`);
  }
  return found;
};

describe('routing', () => {
  let on: World;
  afterEach(() => on.close());

  it('gives 1 000 leads to 7 agents, none more than one above another, and those of one who goes to the others, with three replicas at work', async () => {
    on = await world({ replicas: 3, limit: 90, ledger: onPostgres });
    await on.team('sales', { kinds: ['sales'] });
    for (let n = 0; n < 7; n += 1) await on.agent(`email:a${n}@acme.example`, { teams: ['sales'], capacity: 1_000 });
    for (let n = 0; n < 1_000; n += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          on.say({ from: `email:c${n + at}@example.com`, kind: 'sales', channel: 'form' }),
        ),
      );
    await on.settled();
    const assigned = await on.events('MatterAssigned');
    expect(assigned).toHaveLength(1_000);
    expect(new Set(assigned.map(({ data }) => data.matter)).size).toBe(1_000);
    const counts = countBy(assigned.map(({ data }) => data.agent));
    expect(counts).toHaveLength(7);
    expect(spread(counts)).toBeLessThanOrEqual(1);
    expect(await ownerless(on)).toEqual([]);

    const [gone] = assigned.map(({ data }) => data.agent);
    const theirs = assigned.filter(({ data }) => data.agent === gone).map(({ data }) => data.matter);
    await on.tell(streamOf.agent(gone!), 'AgentRemoved', { agent: gone! });
    await on.settled();
    const handed = (await on.events('MatterHandedOn')).map(({ data }) => data.matter);
    expect(handed.toSorted()).toEqual(theirs.toSorted());
    const now = await on.matters();
    expect(now.filter(({ state, agent }) => state === 'owned' && agent !== gone)).toHaveLength(1_000);
    expect(spread(countBy(now.map(({ agent }) => agent!)))).toBeLessThanOrEqual(1);
    expect(await ownerless(on)).toEqual([]);
  }, 120_000);

  it('appends nothing when all is read again, nor for what is imported', async () => {
    on = await world();
    await on.team('support', { channels: ['email'], offers: 'PT1H' });
    const bo = await on.agent('email:bo@acme.example', { capacity: 3 });
    for (let n = 0; n < 8; n += 1) await on.say({ from: `email:c${n}@example.com`, conversation: `c${n % 6}` });
    await on.settled();
    await on.owner('customer', on.handle('email:c1@example.com'), on.handle('email:sam@acme.example'));
    await on.tell(streamOf.agent(bo), 'AgentPresenceChanged', { agent: bo, presence: 'away' });
    await on.settled();
    for (let n = 0; n < 20; n += 1) await on.say({ from: `email:old${n}@example.com`, backfill: true });
    const head = await on.settled();

    await on.projectorDb.query(
      `update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'routing.reactor'`,
    );
    const again = follow(
      on.ledger,
      projection(routingReactor(new Router({ ledger: on.ledger, db: on.projectorDb })), { db: on.projectorDb }),
      { limit: 7 },
    );
    expect(await again.waitFor(head, 30_000)).toBe(true);
    await again.stop();
    expect(await on.settled()).toBe(head);
  }, 60_000);
});

type Step =
  | { readonly is: 'say'; readonly who: number; readonly how: number }
  | { readonly is: 'owner'; readonly who: number; readonly agent: number }
  | { readonly is: 'link' | 'retract'; readonly who: number; readonly to: number }
  | { readonly is: 'presence'; readonly agent: number; readonly presence: DataOf<'AgentPresenceChanged'>['presence'] }
  | { readonly is: 'leave'; readonly agent: number }
  | { readonly is: 'end'; readonly who: number; readonly how: number; readonly outcome: string };

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant('say' as const), who: fc.nat(5), how: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('owner' as const), who: fc.nat(5), agent: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constantFrom('link' as const, 'retract' as const), who: fc.nat(5), to: fc.nat(5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('presence' as const),
      agent: fc.nat(3),
      presence: fc.constantFrom('available' as const, 'away' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('leave' as const), agent: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('end' as const),
      who: fc.nat(5),
      how: fc.nat(2),
      outcome: fc.constantFrom('resolved', 'unclear'),
    }),
  },
);

const channels = ['email', 'chat', 'phone'] as const;

const doIt = async (on: World, agents: readonly string[], one: Step): Promise<void> => {
  const customer = (who: number): string => `email:c${who}@example.com`;
  switch (one.is) {
    case 'say':
      await on.say({ from: customer(one.who), channel: channels[one.how], conversation: `${one.who} ${one.how}` });
      return;
    case 'owner':
      return on.owner('customer', on.handle(customer(one.who)), agents[one.agent]);
    case 'link':
    case 'retract':
      return on[one.is](on.handle(customer(one.who)), on.handle(customer(one.to)));
    case 'presence': {
      const agent = agents[one.agent]!;
      return on.tell(streamOf.agent(agent), 'AgentPresenceChanged', { agent, presence: one.presence });
    }
    case 'leave': {
      const agent = agents[one.agent]!;
      return on.tell(streamOf.agent(agent), 'AgentRemoved', { agent });
    }
    case 'end': {
      const conversation = on.conversationOf(`${one.who} ${one.how}`);
      const at = new Date().toISOString();
      const data = { conversation, session: 1, by: 'hand' as const, at, outcome: one.outcome };
      return on.tell(streamOf.conversation(conversation), 'SessionEnded', data);
    }
  }
};

describe('whatever happens', () => {
  it('every open matter has somebody who is there, or a queue with a deadline', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, limit) => {
          const on = await world({ replicas: 2, limit });
          try {
            await on.team('support', { channels: ['email', 'chat'] });
            const agents = await Promise.all(
              [0, 1, 2, 3].map((n) => on.agent(`email:a${n}@acme.example`, { capacity: 2 })),
            );
            for (const one of steps) await doIt(on, agents, one);
            await on.settled();
            const left = new Set((await on.events('AgentRemoved')).map(({ data }) => data.agent));
            for (const { state, agent, until } of await on.matters()) {
              expect(['queued', 'owned', 'closed']).toContain(state);
              if (state === 'owned') expect(left.has(agent!)).toBe(false);
              if (state === 'queued') expect(until).not.toBeNull();
            }
            expect(await ownerless(on)).toEqual([]);
            const turns = await on.events('TurnTaken');
            expect(new Set(turns.map(({ data }) => `${data.matter} ${data.entry}`)).size).toBe(turns.length);
          } finally {
            await on.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 240_000);
});
