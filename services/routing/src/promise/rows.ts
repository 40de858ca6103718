import { table } from '@throughline/read-model';

/** Promises as they stand. */
export const promiseRows = table({
  name: 'routing.promise',
  columns: {
    tenant: 'text',
    promise: 'uuid',
    matter: 'uuid',
    subject: 'uuid',
    target: 'text',
    state: 'text',
    interaction: 'uuid',
    conversation: 'uuid',
    channel: 'text',
    kind: 'text?',
    since: 'timestamptz',
    due: 'timestamptz?',
    paused: 'timestamptz?',
    left: 'text?',
    within: 'text',
    calendar: 'text',
    calendar_version: 'integer',
    tzdata: 'text',
    policy_version: 'integer',
    breached: 'boolean',
    met: 'timestamptz?',
    met_by: 'uuid?',
    ended: 'timestamptz?',
    because: 'text?',
    position: 'bigint',
    first_position: 'bigint',
    last_at: 'timestamptz',
  },
  key: ['tenant', 'promise'],
  merge: 'replace',
});

/** When people of a tenant work. */
export const calendarRows = table({
  name: 'routing.calendar',
  columns: { tenant: 'text', calendar: 'text', position: 'bigint', data: 'json' },
  key: ['tenant', 'calendar'],
  merge: 'newest',
});
