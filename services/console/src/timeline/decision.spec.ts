import { describe, expect, it } from '@jest/globals';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Entry } from '../shapes.ts';
import { Decision } from './decision.tsx';

const bo = { id: '2', handle: 'email:bo@acme.example', name: 'Bo' };
const entry = (type: string, more: Partial<Entry>): Entry => ({
  id: '1',
  position: 1,
  occurredAt: '2026-05-05T08:00:00Z',
  recordedAt: '2026-05-05T08:00:00Z',
  participants: [],
  type,
  ...more,
});

/** The line as a reader has it, without its marks. */
const read = (type: string, more: Partial<Entry>): string =>
  renderToStaticMarkup(createElement(Decision, { entry: entry(type, more) })).replace(/<[^>]+>/g, '');

const due = '2026-05-05T12:00:00Z';
const promise = { id: '3', matter: '4', target: 'first-response' };

describe('a decision on the line', () => {
  it.each([
    ['queued', { matter: { id: '4', team: 'hardware', until: due, fallback: bo } }, /^Waits in hardware · due .+, then Bo has it$/], // prettier-ignore
    ['assigned', { matter: { id: '4', agent: bo, rule: 'turn' } }, /^Bo has it from here on: it was their turn$/],
    ['assigned', { matter: { id: '4', agent: { id: '2' }, rule: 'hand' } }, /has it from here on: a person said so$/],
    ['handed-on', { matter: { id: '4', from: bo, because: 'owner-changed', note: 'Be kind.' } }, /^Bo handed it on: the owner is another now · Be kind\.$/], // prettier-ignore
    [
      'session-ended',
      { session: { number: 1, by: 'hand', outcome: 'resolved' } },
      /^The conversation ended: resolved$/,
    ],
    ['session-ended', { session: { number: 1, by: 'quiet' } }, /^The conversation ended after a silence$/],
    ['session-ended', {}, /^The conversation ended$/],
    ['matter-closed', { matter: { id: '4', by: 'hand', outcome: 'solved' } }, /^Closed: solved$/],
    ['matter-closed', { matter: { id: '4', by: 'quiet' } }, /^Closed after a long silence$/],
    ['promise', { promise: { ...promise, due } }, /^The first answer is promised · due .+/],
    ['promise-met', { promise: { ...promise, late: false } }, /^The first answer was given in time$/],
    ['promise-met', { promise: { ...promise, target: 'next-response', late: true } }, /^The next answer was given late$/], // prettier-ignore
    ['promise-breached', { promise: { ...promise, due } }, /^The first answer was not given in time · due .+/],
    ['promise-corrected', { promise: { ...promise, breached: false } }, /the first answer was never late$/],
    ['delivered', { delivery: { id: '5', record: 'activity', made: 'created' } }, /^The summary of a session is in the CRM$/], // prettier-ignore
    ['delivery-rejected', { delivery: { id: '5', record: 'note', reason: 'Invalid', detail: 'no such field' } }, /^A note was not taken by the CRM: no such field$/], // prettier-ignore
    ['delivery-parked', { delivery: { id: '5', reason: 'ContactMissing' } }, /^A record could not be written to the CRM for now: ContactMissing$/], // prettier-ignore
  ] as const)('of type %s says what it is (%#)', (type, more, words) => expect(read(type, more)).toMatch(words));

  it('that this page does not know yet is told by who made it', () =>
    expect(read('something-new', { actor: 'routing' })).toBe('something-new by routing'));
});
