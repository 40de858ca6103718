import { describe, expect, it } from '@jest/globals';
import { type Entry, entryInWords } from './entry.ts';

const bo = { handle: 'email:bo@acme.example', name: 'Bo' };
const due = '2026-05-05T12:00:00Z';
const read = (type: string, more: Partial<Entry>): string =>
  entryInWords({ id: 'e', occurredAt: '2026-05-05T08:00:00Z', type, ...more });

describe('an entry in words', () => {
  it.each([
    ['interaction', { subject: 'Screen', text: 'It cracked.' }, /^Screen: It cracked\.$/],
    ['interaction', { erased: true }, /^\(erased\)$/],
    ['note', { note: { decided: 'A new one', text: 'Be kind.' } }, /^A new one · Be kind\.$/],
    ['note', { note: { nextStep: { what: 'Call her' } } }, /^next: Call her$/],
    ['note', { note: { decided: 'A new one', nextStep: {} } }, /^A new one$/],
    ['task', { task: { what: 'Send it', owner: bo, due } }, /^Send it · Bo · due .*2026/],
    ['task-snoozed', { task: { until: due } }, /^rests until .*2026/],
    ['task-handed-on', { task: { owner: bo, from: {} } }, /^Bo does it instead of \(erased\)$/],
    ['task-completed', { task: { done: { outcome: 'Sent.' } } }, /^done · Sent\.$/],
    ['owner', { owner: null }, /^nobody is responsible$/],
    ['session-ended', { session: { by: 'quiet' } }, /^the conversation is over · quiet$/],
    [
      'queued',
      { matter: { team: 'hardware', until: due, fallback: bo } },
      /^waits in hardware · until .*2026.*, then Bo$/,
    ],
    ['assigned', { matter: { agent: bo, rule: 'turn' } }, /^Bo has it · by turn$/],
    ['handed-on', { matter: { from: bo, because: 'hand', note: 'Away.' } }, /^Bo handed it on · hand · Away\.$/],
    ['matter-closed', { matter: { by: 'hand', outcome: 'solved' } }, /^closed · solved$/],
    ['promise', { promise: { target: 'first-response', due } }, /^first-response promised · due .*2026/],
    ['promise-met', { promise: { target: 'first-response', late: true } }, /^first-response given · late$/],
    ['promise-breached', { promise: { target: 'first-response', due } }, /^first-response not given in time · due /],
    ['promise-corrected', { promise: { target: 'first-response', breached: false } }, /corrected · never late$/],
    ['delivered', { delivery: { record: 'activity', made: 'created' } }, /^a CRM: activity · created$/],
    ['delivery-rejected', { delivery: { record: 'note', reason: 'Invalid', detail: 'no' } }, /^a CRM: note · no$/],
  ] as const)('of type %s (%#)', (type, more, words) => expect(read(type, more)).toMatch(words));
});
