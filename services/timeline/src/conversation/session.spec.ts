import { describe, expect, it } from '@jest/globals';
import { type Quiet, usualQuiet } from '@throughline/contracts';
import { sessionsAt, type Touch } from './session.ts';

const now = new Date('2026-05-10T12:00:00Z');
const touch = (position: bigint, at: string, channel: Touch['channel'], conversation: string): Touch => ({
  position,
  at,
  channel,
  conversation,
});

const names = (touches: readonly Touch[], ends: [string, string][] = [], quiet: Quiet = usualQuiet): string[] =>
  sessionsAt(now, touches, new Map(ends), quiet).map(({ conversation }) => conversation);

describe('the sessions that go on', () => {
  it('are those in which something was said lately', () =>
    expect(
      names([touch(2n, '2026-05-10T11:31:00Z', 'chat', 'lively'), touch(1n, '2026-05-10T11:29:00Z', 'chat', 'quiet')]),
    ).toEqual(['lively']));
  it('have more patience on channels that are slower', () =>
    expect(names([touch(1n, '2026-05-09T12:30:00Z', 'whatsapp', 'slow')])).toEqual(['slow']));
  it('are never mail', () => expect(names([touch(1n, '2026-05-10T11:59:00Z', 'email', 'thread')])).toEqual([]));
  it('end when somebody says so', () =>
    expect(names([touch(1n, '2026-05-10T11:50:00Z', 'chat', 'ended')], [['ended', '2026-05-10T11:55:00Z']])).toEqual(
      [],
    ));
  it('go on as long as the tenant says for the channel, without end where nothing is said of it', () => {
    const touches = [touch(1n, '2026-05-10T11:00:00Z', 'chat', 'slow')];
    expect(names(touches)).toEqual([]);
    expect(names(touches, [], { chat: 'PT2H' })).toEqual(['slow']);
    expect(names(touches, [], { chat: 'PT10M' })).toEqual([]);
    expect(names([touch(1n, '2026-05-03T11:00:00Z', 'chat', 'old')], [], {})).toEqual(['old']);
  });
  it('begin again after an end', () => {
    const touches = [
      touch(2n, '2026-05-10T11:58:00Z', 'chat', 'again'),
      touch(1n, '2026-05-10T11:50:00Z', 'chat', 'again'),
    ];
    const [session] = sessionsAt(now, touches, new Map([['again', '2026-05-10T11:55:00Z']]), usualQuiet);
    expect(session?.since).toBe('2026-05-10T11:58:00Z');
  });
  it('begin again after a silence', () => {
    const touches = [
      touch(3n, '2026-05-10T11:58:00Z', 'chat', 'back'),
      touch(2n, '2026-05-10T11:40:00Z', 'chat', 'back'),
      touch(1n, '2026-05-10T09:00:00Z', 'chat', 'back'),
    ];
    const [session] = sessionsAt(now, touches, new Map(), usualQuiet);
    expect(session?.since).toBe('2026-05-10T11:40:00Z');
    expect(session?.touches.map(({ position }) => position)).toEqual([3n, 2n]);
  });
});
