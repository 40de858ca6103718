import { describe, expect, it } from '@jest/globals';
import { fold, specOf } from '@throughline/decider';
import fc from 'fast-check';
import { ada, agent, bo, cy, idOf, matter } from '../../test/known.ts';
import type { Agent } from '../matter/assignment.ts';
import { define, release, remove, type TeamEvent, type TeamState, teams } from './team.ts';
import { type Pool, serve, serveNext, type Waiting } from './turn.ts';

const given = specOf(teams);
const nowhere = new Map<string, number>();
const pool = (...agents: Agent[]): Pool => ({ agents, elsewhere: nowhere });
const waiting = (more: Partial<Waiting> = {}): Waiting => ({
  matter, entry: 1, asked: { channel: 'email' }, declined: [], ...more,
}); // prettier-ignore
const lead = (n: number): Waiting => waiting({ matter: `00000000-0000-5000-8000-${String(n).padStart(12, '0')}` });
const leads = (n: number, from = 0): Waiting[] => Array.from({ length: n }, (_, at) => lead(from + at));
const turn = (who: string, of: Waiting, more: object = {}): TeamEvent => ({
  type: 'TurnTaken',
  data: {
    team: 'support', matter: of.matter, entry: of.entry, agent: who, by: 'team', available: 1, waiting: 1, alternatives: [],
    ...more,
  },
}); // prettier-ignore
const takenBy = (events: readonly TeamEvent[]): string[] =>
  events.map((event) => (event.type === 'TurnTaken' ? event.data.agent : ''));

describe('a team', () => {
  it('gives what waits to whose turn it is', () =>
    given(turn(ada, lead(1)))
      .when(serve('support', [lead(2)], pool(agent(ada), agent(bo))))
      .yieldsOnce(
        turn(bo, lead(2), { available: 2, alternatives: [{ rule: 'turn', agent: ada, why: 'later in line' }] }),
      ));
  it('gives nothing twice', () =>
    given(turn(ada, lead(1)))
      .when(serve('support', [lead(1)], pool(agent(bo))))
      .yieldsNothing());
  it('gives nobody more than they can take, over all their teams', () => {
    const twice = { agents: [agent(ada, { capacity: 3 })], elsewhere: new Map([[ada, 1]]) };
    expect(takenBy(serve('support', leads(5), twice)(teams.initial))).toEqual([ada, ada]);
  });
  it('gives again what was released', () =>
    given(turn(ada, lead(1)), {
      type: 'TurnReleased',
      data: { team: 'support', matter: lead(1).matter, entry: 1, agent: ada, because: 'closed' },
    })
      .when(serve('support', [lead(2)], pool(agent(ada, { capacity: 1 }))))
      .yieldsOnce(turn(ada, lead(2))));
  it('says who was passed over, and why', () =>
    given()
      .when(
        serve(
          'support',
          [waiting({ declined: [bo], asked: { channel: 'email', language: 'fr' } })],
          pool(agent(ada), agent(bo), agent(cy, { presence: 'away' }), agent(idOf('e'), { languages: ['en'] })),
        ),
      )
      .yieldsOnce(
        turn(ada, waiting(), {
          alternatives: [
            { why: 'declined', count: 1 },
            { why: 'away', count: 1 },
            { why: 'another language', count: 1 },
          ],
        }),
      ));
  it('lets nobody wait behind what nobody can take', () =>
    expect(
      takenBy(
        serve(
          'support',
          [{ ...lead(1), asked: { channel: 'chat' } }, lead(2)],
          pool(agent(ada, { channels: ['email'] })),
        )(teams.initial),
      ),
    ).toEqual([ada]));
  it('needs the skill in the agent as well, where agents have skills', () => {
    const asked = { channel: 'chat' as const, intent: 'hardware.screen' };
    const skilled = (...skills: string[]) => pool(agent(ada, { skills }));
    const served = (of: Pool) => serve('support', [waiting({ asked, skill: 'hardware' })], of)(teams.initial).length;
    expect([served(skilled('hardware')), served(skilled('hardware.screen')), served(skilled('network'))]).toEqual([
      1, 1, 0,
    ]);
  });
  it('gives an agent who asks the next one that is for them, however busy they are', () =>
    given()
      .when(
        serveNext('support', [waiting({ declined: [ada] }), lead(2)], agent(ada, { presence: 'busy', capacity: 0 })),
      )
      .yields(turn(ada, lead(2), { by: 'agent', waiting: 2 })));
  it('gives an agent who asks what they declined only where nothing else is for them', () =>
    given()
      .when(serveNext('support', [waiting({ declined: [ada] })], agent(ada)))
      .yieldsOnce(turn(ada, waiting(), { by: 'agent' })));
  it('releases a turn once', () =>
    given(turn(ada, waiting()))
      .when(release('support', waiting(), 'closed'))
      .yieldsOnce({
        type: 'TurnReleased',
        data: { team: 'support', matter, entry: 1, agent: ada, because: 'closed' },
      }));
  it('is defined once, and again when something is different', () => {
    const data = { team: 'support', waits: 'PT1H' };
    given().when(define(data)).yieldsOnce({ type: 'TeamDefined', data });
    given({ type: 'TeamDefined', data })
      .when(define({ ...data, skills: ['hardware'] }))
      .yieldsOnce({ type: 'TeamDefined', data: { ...data, skills: ['hardware'] } });
  });
  it('that is not there cannot be removed', () => given().when(remove('support')).isRejected('TeamUnknown'));
});

const counts = (state: TeamState): number[] => [...state.agents.values()].map(({ turns }) => turns.size);
const spread = (numbers: readonly number[]): number => Math.max(...numbers) - Math.min(...numbers);

describe('fairness', () => {
  const seven = Array.from({ length: 7 }, (_, at) => agent(idOf(String(at)), { capacity: 10_000 }));

  it('1 000 leads over 7 agents differ by at most one, however they are cut into batches', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (cuts) => {
        let state = teams.initial;
        let given = 0;
        for (let nth = 0; given < 1_000; nth += 1) {
          const size = Math.min(cuts[nth % cuts.length]!, 1_000 - given);
          state = fold(teams, serve('support', leads(size, given), pool(...seven))(state), state);
          given += size;
        }
        expect(counts(state).reduce((sum, one) => sum + one)).toBe(1_000);
        expect(spread(counts(state))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    ));

  it('keeps everybody below their capacity, and nobody idle while something waits for them', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 0, max: 40 }),
        (capacities, wanted) => {
          const agents = capacities.map((capacity, at) => agent(idOf(String(at)), { capacity }));
          const state = fold(teams, serve('support', leads(wanted), pool(...agents))(teams.initial));
          const room = capacities.reduce((sum, one) => sum + one);
          for (const { agent: id, capacity } of agents)
            expect(state.agents.get(id)?.turns.size ?? 0).toBeLessThanOrEqual(capacity);
          expect(state.taken).toBe(Math.min(room, wanted));
        },
      ),
    ));
});
