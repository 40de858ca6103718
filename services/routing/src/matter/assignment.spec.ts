import { describe, expect, it } from '@jest/globals';
import { ada, agent, bo, chat, cy, minute } from '../../test/known.ts';
import { assignment, type Ground, type Team } from './assignment.ts';
import type { Asked } from './matter.ts';

const team = (name: string, more: Partial<Team> = {}): Team => ({ team: name, waits: 'PT1H', ...more });
const ground = (more: Partial<Ground> = {}): Ground => ({ at: minute(0), teams: [], agents: new Map(), ...more });
const mail: Asked = { channel: 'email' };
const routed = (on: Partial<Ground>, asked: Asked = mail, holders: readonly string[] = []) =>
  assignment(ground(on))({ asked, holders: holders.map((one) => ({ agent: one, at: minute(0) })) });
const agents = (...all: ReturnType<typeof agent>[]) => new Map(all.map((one) => [one.agent, one]));

describe('where a matter goes', () => {
  const hardware = team('hardware', { skills: ['hardware', 'severity.1'], fallback: cy });
  const owner = { agent: ada, of: 'account' } as const;

  it('is first of all where the skill is that it asks for, whoever owns the customer', () =>
    expect(routed({ teams: [hardware], agents: agents(agent(cy)), owner }, chat)).toEqual({
      to: 'team',
      team: 'hardware',
      until: minute(60),
      fallback: cy,
      skill: 'hardware',
      decision: {
        rule: 'skill',
        inputs: { ...chat, owner: ada, ownerOf: 'account', team: 'hardware', skill: 'hardware' },
        alternatives: [],
      },
    }));
  it('can be named by its severity as well', () =>
    expect(routed({ teams: [hardware] }, { ...mail, severity: '1' })).toMatchObject({ team: 'hardware' }));
  it('is where the more exact skill is', () =>
    expect(routed({ teams: [hardware, team('screens', { skills: ['hardware.screen'] })] }, chat)).toMatchObject({
      team: 'screens',
    }));
  it('is then the owner', () =>
    expect(routed({ teams: [hardware], owner }, mail, [bo])).toEqual({
      to: 'agent',
      agent: ada,
      decision: { rule: 'owner', inputs: { ...mail, owner: ada, ownerOf: 'account', holder: bo }, alternatives: [] },
    }));
  it('is not an owner who left, and says so', () =>
    expect(routed({ owner, agents: agents(agent(ada, { removed: true })) }, mail, [bo])).toMatchObject({
      agent: bo,
      decision: { rule: 'holder', alternatives: [{ rule: 'owner', agent: ada, why: 'removed' }] },
    }));
  it('is the owner even when they are not there: a mail can wait', () =>
    expect(routed({ owner, agents: agents(agent(ada, { presence: 'offline' })) })).toMatchObject({ agent: ada }));
  it('is not an owner who is not there, when somebody is on the line', () =>
    expect(routed({ owner, agents: agents(agent(ada, { presence: 'away' })) }, { channel: 'phone' })).toMatchObject({
      to: 'team',
      decision: {
        alternatives: [
          { rule: 'owner', agent: ada, why: 'away' },
          { rule: 'holder', why: 'nobody' },
        ],
      },
    }));
  it('is then who had it last', () =>
    expect(routed({}, mail, [ada, bo])).toMatchObject({ agent: bo, decision: { rule: 'holder' } }));
});

describe('the team that serves', () => {
  const teams = [
    team('mails', { channels: ['email'] }),
    team('english-mails', { channels: ['email'], languages: ['en'] }),
    team('sales', { kinds: ['sales'] }),
    team('hardware', { skills: ['hardware'] }),
  ];
  const served = (asked: Asked) => (routed({ teams }, asked) as { team?: string }).team;

  it('is the one that is meant for it most exactly', () => {
    expect(served({ channel: 'email', language: 'en-GB' })).toBe('english-mails');
    expect(served({ channel: 'email', language: 'fr' })).toBe('mails');
    expect(served({ channel: 'phone', kind: 'sales' })).toBe('sales');
  });
  it('is the one that is always there, where no other is meant for it', () => {
    expect(served({ channel: 'sms' })).toBe('default');
    expect(routed({})).toMatchObject({ to: 'team', team: 'default', until: minute(240) });
  });
  it.each([
    ['who left', agents(agent(cy, { removed: true }))],
    ['who never was an agent', agents()],
  ])('gives nothing to a fallback %s', (_, known) =>
    expect(routed({ teams: [team('default', { fallback: cy })], agents: known })).not.toHaveProperty('fallback'),
  );
});
