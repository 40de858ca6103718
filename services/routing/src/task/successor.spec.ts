import { describe, expect, it } from '@jest/globals';
import { ada, agent, ann, bo, cy, idOf } from '../../test/known.ts';
import type { Team } from '../matter/assignment.ts';
import { type Ground, stepIn, successorOf } from './successor.ts';

const task = idOf('7');
const team = (name: string, fallback?: string): Team => ({ team: name, waits: 'PT1H', ...(fallback && { fallback }) });
const ground = (teams: readonly Team[], ...agents: ReturnType<typeof agent>[]): Ground => ({
  teams,
  agents: new Map(agents.map((one) => [one.agent, one])),
});
const gone = agent(bo, { removed: true, teams: ['support', 'sales'] });

describe('what an agent leaves', () => {
  it('goes to who is responsible for the customer', () =>
    expect(successorOf(task, bo, ground([team('support', cy)], gone), { agent: ada, of: 'customer' })).toEqual({
      agent: ada,
      rule: 'responsible',
    }));
  it('goes to the fallback of a team of theirs, where the one responsible left', () => {
    const teams = [team('support', cy), team('default', ada)];
    const owner = { agent: bo, of: 'customer' as const };
    const house = (...more: ReturnType<typeof agent>[]) => ground(teams, gone, agent(ada, { teams: [] }), ...more);
    expect(successorOf(task, bo, house(agent(cy)), owner)).toEqual({ agent: cy, rule: 'fallback' });
    for (const nobody of [house(agent(cy, { removed: true })), house()])
      expect(successorOf(task, bo, nobody, owner)).toEqual({ agent: ada, rule: 'fallback' });
  });
  it('goes to colleagues of the same team, evenly', () => {
    const house = ground([team('support')], gone, agent(cy), agent(ada), agent(ann, { teams: ['billing'] }));
    const given = Array.from('0123456789abcdef', (letter) => successorOf(idOf(letter), bo, house)!);
    expect(new Set(given.map(({ rule }) => rule))).toEqual(new Set(['colleague']));
    expect([cy, ada].map((one) => given.filter((to) => to.agent === one).length)).toEqual([8, 8]);
  });
  it('goes to anybody rather than to nobody', () =>
    expect(successorOf(task, bo, ground([], gone, agent(ann, { teams: ['billing'] })))).toMatchObject({ agent: ann }));
  it('waits where nobody is left at all', () => expect(successorOf(task, bo, ground([], gone))).toBeUndefined());
});

describe('the next step of a note', () => {
  const author = { id: cy, handle: 'email:cy@acme.example' };
  const at = '2026-05-04T09:00:00.000Z';
  const noted = (nextStep?: object, backfill = false) => ({
    data: { note: task, subject: ann, nextStep, backfill },
    at,
    author,
  });
  const step = { what: 'Call', owner: { id: bo }, due: '2026-05-06T00:00:00Z' };
  const [here, left] = [ground([], agent(bo)), ground([], gone)];
  const owner = { agent: ada, of: 'account' as const };

  it('is a task as the note says', () =>
    expect(stepIn(noted(step), here, owner)).toEqual({
      ...step,
      subject: ann,
      from: { note: task, owner: 'note', due: 'note' },
    }));
  it('is for who is responsible, a day later, where the note does not say', () =>
    expect(stepIn(noted({ what: 'Call' }), here, owner)).toMatchObject({
      owner: { id: ada },
      due: '2026-05-05T09:00:00.000Z',
      from: { owner: 'responsible', due: 'usual' },
    }));
  it('is for its author, where nobody is responsible', () =>
    expect(stepIn(noted({ what: 'Call' }), here)).toMatchObject({ owner: author, from: { owner: 'author' } }));
  it('is for nobody who left', () =>
    expect(stepIn(noted(step), left, { agent: bo, of: 'customer' })).toMatchObject({ owner: author }));
  it('is none of history, nor without words', () => {
    expect(stepIn(noted(step, true), here)).toBeUndefined();
    expect(stepIn(noted({ ...step, what: undefined }), here)).toBeUndefined();
    expect(stepIn(noted(), here)).toBeUndefined();
  });
});
