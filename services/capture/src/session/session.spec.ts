import { describe, expect, it } from '@jest/globals';
import { type DataOf, type Instant, usualQuiet } from '@throughline/contracts';
import { fold, specOf } from '@throughline/decider';
import fc from 'fast-check';
import { elapse, end, type Ended, endByChannel, type SessionEvent, sessions } from './session.ts';

const day = (time: string): Instant => `2026-05-04T${time}:00.000Z`;

let nth = 0;
/** Something said in a chat at a time of the day. */
const said = (time: string, more: Partial<DataOf<'InteractionCaptured'>> = {}, id = `said ${(nth += 1)}`) =>
  ({
    type: 'InteractionCaptured',
    id,
    occurredAt: day(time),
    data: { channel: 'chat', conversation: 'c', ...more },
  }) as SessionEvent;
const ended = (session: number, data: Partial<Ended['data']>): Ended => ({
  type: 'SessionEnded',
  data: { conversation: 'c', session, by: 'hand', at: day('10:00'), ...data },
});
const byQuiet = (session: number, time: string, left?: number): Ended =>
  ended(session, { by: 'quiet', at: day(time), quiet: 'PT30M', ...(left !== undefined && { left }) });

const given = specOf(sessions);
const asleepUntil = (time: string, policy = usualQuiet) => elapse('c', day(time), policy);
const endAt = (time: string, outcome?: string) => end('c', day(time), usualQuiet, outcome);

describe('a session', () => {
  it('ends by hand, once', () => given(said('09:50')).when(endAt('10:00')).yieldsOnce(ended(1, {})));
  it('ends with a word', () =>
    given(said('09:50'), said('09:51'))
      .when(endAt('10:00', 'resolved'))
      .yieldsOnce(ended(1, { outcome: 'resolved' })));
  it('that is over does not end again', () => given(said('09:50'), ended(1, {})).when(endAt('10:05')).yieldsNothing());
  it('that is over is given the outcome that nobody told, once', () =>
    given(said('09:50'), ended(1, { by: 'channel' }))
      .when(endAt('10:05', 'resolved'))
      .yieldsOnce(ended(1, { outcome: 'resolved' })));
  it('that is over with an outcome is not given another one', () =>
    given(said('09:50'), ended(1, { outcome: 'resolved' }))
      .when(endAt('10:05', 'unclear'))
      .isRejected('SessionOver'));
  it('begins anew with what is said after the end', () =>
    given(said('09:50'), ended(1, {}), said('09:59')).when(endAt('10:00')).yieldsOnce(ended(2, {})));
  it('of nothing does not end', () => given().when(endAt('10:00')).isRejected('ConversationUnknown'));
});

describe('conversations that became one', () => {
  const there = (time: string) => said(time, { conversation: 'd' });
  const joined: SessionEvent = { type: 'ConversationsJoined', data: { into: 'c', from: 'd', evidence: [] } };
  it('end together from then on', () =>
    given(said('09:50'), there('09:51'), joined).when(endAt('10:00')).yieldsOnce(ended(1, {})));
  it('ended apart before, each what was its own', () =>
    given(said('09:40'), there('09:41'), ended(1, {}), joined)
      .when(endAt('10:05'))
      .yieldsOnce(ended(2, { at: day('10:05') })));
  it('are numbered as the older one', () =>
    given(there('09:00'), { ...ended(7, {}), data: { ...ended(7, {}).data, conversation: 'd' } }, joined, said('09:59'))
      .when(endAt('10:00'))
      .yieldsOnce(ended(1, {})));
});

describe('quiet', () => {
  it('ends a session at the time when it was over, however late that is told', () => {
    for (const time of ['10:20', '10:21', '23:00'])
      given(said('09:30'), said('09:50')).when(asleepUntil(time)).yieldsOnce(byQuiet(1, '10:20'));
  });
  it('is not over before', () => given(said('09:50')).when(asleepUntil('10:19')).yieldsNothing());
  it('leaves what was said after it to the next session', () =>
    given(said('09:00'), said('09:40'), said('09:41'))
      .when(asleepUntil('10:00'))
      .yieldsOnce(byQuiet(1, '09:30', 2)));
  it('ends one session after the other where nobody looked for long', () =>
    given(said('12:00'), said('09:00'), said('10:00'))
      .when(asleepUntil('23:00'))
      .yieldsOnce(byQuiet(1, '09:30', 2), byQuiet(2, '10:30', 1), byQuiet(3, '12:30')));
  it('comes before what is done by hand', () =>
    given(said('09:00')).when(endAt('10:00', 'resolved')).yieldsOnce(byQuiet(1, '09:30'), ended(1, { at: day('09:30'), outcome: 'resolved' }))); // prettier-ignore
  it('goes by the channel and the tenant’s policy', () => {
    given(said('09:00', { channel: 'campaign' }))
      .when(asleepUntil('23:00'))
      .yieldsNothing();
    given(said('09:00'))
      .when(asleepUntil('23:00', { chat: 'PT20H' }))
      .yieldsNothing();
    given(said('09:00')).when(asleepUntil('23:00', {})).yieldsNothing();
  });
  it('ends no history, and machines break no silence', () => {
    given(said('09:00', { backfill: true }))
      .when(asleepUntil('23:00'))
      .yieldsNothing();
    given(said('09:00'), said('09:20', { automatic: true }))
      .when(asleepUntil('09:30'))
      .yieldsOnce(byQuiet(1, '09:30'));
  });
  it('counts from the end of a call', () =>
    given(said('09:00', { end: { at: day('10:00') } }))
      .when(asleepUntil('10:29'))
      .yieldsNothing());
  it('gives a message that comes late a session of its own, and lets the end stand', () =>
    given(said('09:00'), byQuiet(1, '09:30'), said('09:10'))
      .when(asleepUntil('10:00'))
      .yieldsOnce(byQuiet(2, '09:40')));
  it('is the same for who sleeps and who wakes, where nothing comes late', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 23 * 60 }), { minLength: 1, maxLength: 20 });
    const timeOf = (minute: number) => `${String(Math.trunc(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`; // prettier-ignore
    fc.assert(
      fc.property(minutes, (all) => {
        const messages = all.toSorted((a, b) => a - b).map((minute) => said(timeOf(minute)));
        let awake = sessions.initial;
        const told: Ended[] = [];
        for (let minute = 0; minute < 24 * 60; minute += 1) {
          awake = fold(sessions, messages.filter((one) => 'occurredAt' in one && one.occurredAt === day(timeOf(minute))), awake); // prettier-ignore
          const due = asleepUntil(timeOf(minute))(awake);
          told.push(...due);
          awake = fold(sessions, due, awake);
        }
        const figures = (ends: readonly Ended[]) => ends.map(({ data: { session, at } }) => ({ session, at }));
        const slept = asleepUntil('23:59')(fold(sessions, messages));
        expect(figures(told)).toEqual(figures(slept));
      }),
    );
  });
});

describe('the channel', () => {
  const call = (time: string, until?: string, more: Partial<DataOf<'InteractionCaptured'>> = {}) =>
    said(time, { channel: 'phone', end: { ...(until && { at: day(until) }), outcome: 'answered' }, ...more }, 'call');
  const over = endByChannel('c', 'call', usualQuiet);
  const byChannel = (session: number, time: string, left?: number) =>
    ended(session, { by: 'channel', at: day(time), outcome: 'answered', ...(left !== undefined && { left }) });

  it('ends its session with an interaction, at once or later, once', () => {
    given(call('09:00')).when(over).yieldsOnce(byChannel(1, '09:00'));
    given(call('09:00', '10:15')).when(over).yieldsOnce(byChannel(1, '10:15'));
  });
  it('ends no meeting before it is over, unless it says how that ended; quiet does, once it is', () => {
    const meeting = (end: object, recordedAt = day('08:00')): SessionEvent =>
      ({
        ...call('09:00', '10:00', { channel: 'meeting', end: { at: day('10:00'), ...end } }),
        recordedAt,
      }) as SessionEvent;
    given(meeting({})).when(over).yieldsNothing();
    given(meeting({}))
      .when(asleepUntil('12:00'))
      .yieldsOnce(ended(1, { by: 'quiet', at: day('12:00'), quiet: 'PT2H' }));
    given(meeting({ outcome: 'cancelled' }))
      .when(over)
      .yieldsOnce(ended(1, { by: 'channel', at: day('10:00'), outcome: 'cancelled' }));
    given(meeting({}, day('10:00')))
      .when(over)
      .yieldsOnce(ended(1, { by: 'channel', at: day('10:00') }));
  });
  it('ends nothing that ended in the meantime', () => given(call('09:00'), ended(1, {})).when(over).yieldsNothing());
  it('leaves what was said after its end, though that was heard before', () =>
    given(said('08:59', { channel: 'phone' }), said('09:10', { channel: 'phone' }), call('09:00'))
      .when(over)
      .yieldsOnce(byChannel(1, '09:00', 1)));
  it('ends what fell silent long before as of then', () =>
    given(said('08:00'), call('09:00', '09:20'))
      .when(over)
      .yieldsOnce(byQuiet(1, '08:30', 1), byChannel(2, '09:20')));
  it('begins no session by the word of a machine', () => {
    given(said('08:00'), ended(1, {}), call('09:00', undefined, { automatic: true }))
      .when(over)
      .yieldsNothing();
    given(said('08:55'), call('09:00', undefined, { automatic: true }))
      .when(over)
      .yieldsOnce(byChannel(1, '09:00'));
  });
});
