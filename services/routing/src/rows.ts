import { table } from '@throughline/read-model';

/** What a tenant wants of one of the nouns. */
export const policies = table({
  name: 'routing.policy',
  columns: { tenant: 'text', noun: 'text', position: 'bigint', data: 'json' },
  key: ['tenant', 'noun'],
  merge: 'newest',
});

export const teamRows = table({
  name: 'routing.team',
  columns: { tenant: 'text', team: 'text', position: 'bigint', event: 'uuid?', data: 'json?' },
  key: ['tenant', 'team'],
  merge: 'replace',
});

/** Up to which version the rows tell of a team's stream. */
export const teamStreams = table({
  name: 'routing.team_stream',
  columns: { tenant: 'text', team: 'text', version: 'integer', position: 'bigint' },
  key: ['tenant', 'team'],
  merge: 'newest',
});

/** Turns that are not released yet. */
export const turnRows = table({
  name: 'routing.turn',
  columns: { tenant: 'text', team: 'text', matter: 'uuid', entry: 'integer', agent: 'uuid' },
  key: ['tenant', 'team', 'matter', 'entry'],
  merge: 'replace',
});

/** When an agent last took a turn in a team. */
export const lastTurns = table({
  name: 'routing.last_turn',
  columns: { tenant: 'text', team: 'text', agent: 'uuid', version: 'integer', position: 'bigint' },
  key: ['tenant', 'team', 'agent'],
  merge: 'newest',
});

export const agentRows = table({
  name: 'routing.agent',
  columns: { tenant: 'text', agent: 'uuid', event: 'uuid', data: 'json', removed: 'boolean', position: 'bigint' },
  key: ['tenant', 'agent'],
  merge: 'replace',
});

/** Whether an agent takes turns now. */
export const presences = table({
  name: 'routing.presence',
  columns: { tenant: 'text', agent: 'uuid', presence: 'text', position: 'bigint' },
  key: ['tenant', 'agent'],
  merge: 'newest',
});

/** Where the handle and the name of one of ours lie, sealed; the newest counts, best one with a name. */
export const persons = table({
  name: 'routing.person',
  columns: {
    tenant: 'text',
    person: 'uuid',
    named: 'integer',
    position: 'bigint',
    event: 'uuid',
    seals: 'json',
    at: 'text',
  },
  key: ['tenant', 'person', 'named', 'position'],
  merge: 'keep',
});

/** Who is responsible, of the newest assignment: by hand for a customer's handle or an account, or as each CRM says. */
export const ownerRows = table({
  name: 'routing.owner',
  columns: { tenant: 'text', of: 'text', subject: 'uuid', position: 'bigint', event: 'uuid', owner: 'uuid?' },
  key: ['tenant', 'subject', 'of'],
  merge: 'newest',
});

/** Which matter a conversation is about, by its last choice. */
export const choiceRows = table({
  name: 'routing.choice',
  columns: {
    tenant: 'text',
    conversation: 'uuid',
    position: 'bigint',
    matter: 'uuid',
    subject: 'uuid',
    version: 'integer',
    after: 'bigint?',
  },
  key: ['tenant', 'conversation'],
  merge: 'newest',
});

/** The last touch of a conversation, of what had happened when it was told. */
export const touches = table({
  name: 'routing.touch',
  columns: {
    tenant: 'text',
    conversation: 'uuid',
    at: 'timestamptz',
    position: 'bigint',
    event: 'uuid',
    channel: 'text',
    version: 'integer',
  },
  key: ['tenant', 'conversation'],
  merge: 'newest',
  by: ['at'],
});

/** What was told in a conversation before it happened. */
export const arrangementRows = table({
  name: 'routing.arrangement',
  columns: {
    tenant: 'text',
    conversation: 'uuid',
    at: 'timestamptz',
    position: 'bigint',
    event: 'uuid',
    channel: 'text',
  },
  key: ['tenant', 'conversation', 'at', 'position'],
  merge: 'keep',
});

export const matterRows = table({
  name: 'routing.matter',
  columns: {
    tenant: 'text',
    matter: 'uuid',
    subject: 'uuid',
    account: 'uuid?',
    conversation: 'uuid?',
    state: 'text',
    agent: 'uuid?',
    team: 'text?',
    entry: 'integer',
    until: 'timestamptz?',
    fallback: 'uuid?',
    skill: 'text?',
    declined: 'uuid[]',
    asked: 'json',
    priority: 'integer',
    since: 'timestamptz',
    at: 'timestamptz',
    holder: 'uuid?',
    rule: 'text?',
    outcome: 'text?',
    position: 'bigint',
    first_position: 'bigint',
    last_at: 'timestamptz',
  },
  key: ['tenant', 'matter'],
  merge: 'replace',
});

/** What each event says of where a matter waits, and of how urgent it is. */
export const stepRows = table({
  name: 'routing.step',
  columns: {
    tenant: 'text',
    matter: 'uuid',
    position: 'bigint',
    at: 'timestamptz',
    state: 'text?',
    team: 'text?',
    priority: 'integer?',
  },
  key: ['tenant', 'matter', 'position'],
  merge: 'keep',
});

/** What was said in conversations, and by whom, as far as it asks for an answer or is one; never what is history. */
export const saidRows = table({
  name: 'routing.said',
  columns: {
    tenant: 'text',
    conversation: 'uuid',
    interaction: 'uuid',
    at: 'timestamptz',
    position: 'bigint',
    by: 'text',
    automatic: 'boolean',
    channel: 'text',
    kind: 'text?',
  },
  key: ['tenant', 'conversation', 'interaction'],
  merge: 'keep',
});

/** What was called off in a conversation: an interaction that was withdrawn, or all that was to come at a time (`since`). */
export const calledOffRows = table({
  name: 'routing.called_off',
  columns: {
    tenant: 'text',
    conversation: 'uuid',
    position: 'bigint',
    interaction: 'uuid?',
    since: 'timestamptz?',
  },
  key: ['tenant', 'conversation', 'position'],
  merge: 'keep',
});

/** Tasks that are not done, and whose they are now. */
export const taskRows = table({
  name: 'routing.task',
  columns: { tenant: 'text', task: 'uuid', subject: 'uuid', owner: 'uuid' },
  key: ['tenant', 'task'],
  merge: 'replace',
});
