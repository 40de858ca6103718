import { describe, expect, it } from '@jest/globals';
import { wantedBy } from './filter.ts';

const [ann, bo, talk, other] = ['a', 'b', 'c', 'd'].map((of) => `${of.repeat(8)}-0000-4000-8000-000000000000`) as [string, string, string, string]; // prettier-ignore
const event = (type: string, stream: string, data: object) => ({ type, stream, data: JSON.stringify(data) });
const said = event('InteractionCaptured', `conversation-${talk}`, { channel: 'chat', participants: [{ id: ann }] });
const ended = event('SessionEnded', `conversation-${talk}`, { session: 1 });
const elsewhere = event('InteractionCaptured', `conversation-${other}`, { channel: 'email', participants: [{ id: bo }], intent: 'chat' }); // prettier-ignore
const all = [said, ended, elsewhere];
const wanted = (...filter: Parameters<typeof wantedBy>) => all.filter(wantedBy(...filter));

describe('a filter', () => {
  it('lets all pass where it asks for nothing', () => expect(wanted({})).toEqual(all));
  it('is by type', () => expect(wanted({ type: ['SessionEnded'] })).toEqual([ended]));
  it('is by how the stream begins', () => expect(wanted({ stream: `conversation-${talk}` })).toEqual([said, ended]));
  it('is by the channel of the event itself', () => expect(wanted({ channel: 'chat' })).toEqual([said]));
  it('finds what names a customer, and what follows in their conversation', () =>
    expect(wanted({ ids: new Set([ann]) })).toEqual([said, ended]));
  it('learns whose a conversation is from events that it does not let pass', () =>
    expect(wanted({ ids: new Set([ann]), type: ['SessionEnded'] })).toEqual([ended]));
  it('finds a conversation whose beginning it did not see', () =>
    expect([ended, elsewhere].filter(wantedBy({ ids: new Set([ann, talk]) }))).toEqual([ended]));
  it('holds all conditions', () => expect(wanted({ ids: new Set([ann]), channel: 'email' })).toEqual([]));
});
