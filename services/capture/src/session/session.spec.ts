import { describe, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { end, type SessionEvent, sessions } from './session.ts';

const at = '2026-05-04T09:30:00Z';
const said = { type: 'InteractionCaptured', data: {} } as SessionEvent;
const ended = (session: number, outcome?: string): SessionEvent => ({
  type: 'SessionEnded',
  data: { conversation: 'c', session, by: 'hand', at, ...(outcome && { outcome }) },
});
const given = specOf(sessions);

describe('a session', () => {
  it('ends once', () => given(said).when(end('c', at)).yieldsOnce(ended(1)));
  it('ends with a word', () =>
    given(said, said)
      .when(end('c', at, 'resolved'))
      .yieldsOnce(ended(1, 'resolved')));
  it('that is over does not end again', () => given(said, ended(1)).when(end('c', at)).yieldsNothing());
  it('begins anew with what is said after the end', () =>
    given(said, ended(1), said).when(end('c', at)).yieldsOnce(ended(2)));
  it('of nothing does not end', () => given().when(end('c', at)).isRejected('ConversationUnknown'));
});
