import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type DataOf, type EventName, streamOf } from '@throughline/contracts';
import { memoryLedger } from '@throughline/ledger';
import { eventsOfSession, type Member, type SessionEnd } from './session.query.ts';

const [one, two] = [randomUUID(), randomUUID()];
const tenant = 'acme';
const day = (time: string): string => `2026-05-04T${time}:00Z`;

/** A ledger in which things are said and ended; `wordsOf` tells what is in the session of an end. */
const ground = () => {
  const ledger = memoryLedger();
  const append = async (
    conversation: string,
    type: EventName,
    data: object,
    occurredAt: string,
  ): Promise<SessionEnd> => {
    const stream = streamOf.conversation(conversation);
    const event = {
      id: randomUUID(),
      type,
      occurredAt,
      data: JSON.stringify(data),
      meta: '{"actor":"spec","schema":1}',
    };
    const [outcome] = await ledger.append([{ tenant, stream, expected: 'any', events: [event] }]);
    if (outcome?.is !== 'appended') throw new Error('not appended');
    const version = (await ledger.read(tenant, stream)).length;
    return { tenant, conversation, version, position: outcome.positions[0]! };
  };
  return {
    say: (word: string, time: string, conversation = one) =>
      append(conversation, 'InteractionCaptured', { source: word }, day(time)),
    end: (session: number, more: Partial<DataOf<'SessionEnded'>> = {}, conversation = one) =>
      append(
        conversation,
        'SessionEnded',
        { conversation, session, by: 'hand', at: day('12:00'), ...more },
        day('12:00'),
      ),
    join: async (): Promise<Member> => {
      const { position } = await append(
        one,
        'ConversationsJoined',
        { into: one, from: two, evidence: [] },
        day('12:00'),
      );
      return { conversation: two, since: position };
    },
    wordsOf: async (end: SessionEnd, ...members: Member[]) =>
      (await eventsOfSession(ledger, end, members))
        .filter(({ type }) => type === 'InteractionCaptured')
        .map(({ data }) => (JSON.parse(data) as { source: string }).source),
  };
};

describe('a session', () => {
  it('is what was said since the end of the one before, over many pages', async () => {
    const { say, end, wordsOf } = ground();
    await say('before', '09:00');
    await end(1);
    for (let nth = 0; nth < 450; nth += 1) await say(String(nth), '10:00');
    const words = await wordsOf(await end(2));
    expect([words.length, words[0], words.at(-1)]).toEqual([450, '0', '449']);
  });

  it('that was quiet is what was said up to its end, and the next one begins with what was said after it', async () => {
    const { say, end, wordsOf } = ground();
    await say('a', '09:00');
    await say('c', '11:00');
    await say('b', '10:00');
    const first = await end(1, { by: 'quiet', at: day('09:30'), left: 2 });
    const second = await end(2, { by: 'quiet', at: day('10:30'), left: 1 });
    await say('d', '11:10');
    const third = await end(3, { by: 'channel', at: day('11:20') });
    expect(await Promise.all([first, second, third].map((told) => wordsOf(told)))).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  it('that is told again with an outcome is the same one', async () => {
    const { say, end, wordsOf } = ground();
    await say('a', '09:00');
    await end(1, { by: 'quiet', at: day('09:30') });
    const again = await end(1, { at: day('09:30'), outcome: 'resolved' });
    await say('b', '11:00');
    const next = await end(2);
    expect([await wordsOf(again), await wordsOf(next)]).toEqual([['a'], ['b']]);
  });

  it('has what was said in a conversation that became part of it, once', async () => {
    const { say, end, join, wordsOf } = ground();
    await say('theirs, ended apart', '08:00', two);
    await end(1, {}, two);
    await say('ours, ended apart', '08:10');
    await say('theirs, open', '08:20', two);
    await end(1);
    const member = await join();
    await say('a', '09:00');
    const first = await end(2);
    await say('b', '10:00', two);
    const second = await end(3);
    expect([await wordsOf(first, member), await wordsOf(second, member)]).toEqual([['theirs, open', 'a'], ['b']]);
  });
});
