import type { Asked, MatterEvent } from '../src/matter/matter.ts';
import type { Moment, Routed } from '../src/matter/course.ts';
import type { Agent } from '../src/matter/assignment.ts';

/** Ids that specs name by a letter. */
export const idOf = (letter: string): string => `${letter.repeat(8)}-1111-8111-8111-111111111111`;

export const [ann, ada, bo, cy] = ['a', 'd', 'b', 'c'].map(idOf) as [string, string, string, string];
export const matter = '99999999-9999-5999-8999-999999999999';
export const conversation = '33333333-3333-8333-8333-333333333333';
export const chat: Asked = { channel: 'chat', kind: 'support', intent: 'hardware.screen' };

/** A moment so many minutes after nine, when all up to a position was heard. */
export const moment = (minutes: number, heard = 10): Moment => ({ at: minute(minutes), heard });
export const minute = (minutes: number): string =>
  new Date(Date.parse('2026-05-04T09:00:00Z') + minutes * 60_000).toISOString();

/** To the queue of support, for an hour, then to Cy. */
export const toSupport: Extract<Routed, { to: 'team' }> = {
  to: 'team',
  team: 'support',
  until: minute(60),
  fallback: cy,
  decision: { rule: 'queue', inputs: { team: 'support' }, alternatives: [] },
};

export const to = (agent: string): Extract<Routed, { to: 'agent' }> => ({
  to: 'agent',
  agent,
  decision: { rule: 'owner', inputs: { owner: agent }, alternatives: [] },
});

export const opened: MatterEvent = {
  type: 'MatterOpened',
  data: { matter, ...moment(0), subject: ann, conversation, asked: chat },
};
export const queued: MatterEvent = {
  type: 'MatterQueued',
  data: {
    matter,
    ...moment(0),
    entry: 1,
    team: 'support',
    until: minute(60),
    fallback: cy,
    decision: toSupport.decision,
    declined: [],
  },
};
export const assigned = (agent: string, at = moment(0)): MatterEvent => ({
  type: 'MatterAssigned',
  data: { matter, ...at, agent, decision: to(agent).decision },
});

/** An agent who is there for everything. */
export const agent = (id: string, more: Partial<Agent> = {}): Agent => ({
  agent: id,
  teams: ['support'],
  capacity: 10,
  presence: 'available',
  removed: false,
  ...more,
});
