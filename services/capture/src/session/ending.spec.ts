import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { streamOf, usualQuiet } from '@throughline/contracts';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { type Ending, tellEnds } from './ending.ts';
import { elapse, end } from './session.ts';

const [one, two] = [randomUUID(), randomUUID()];
const now = '2026-05-04T10:00:00.000Z';

const say = (ledger: Ledger, conversation: string, occurredAt = '2026-05-04T09:50:00Z') =>
  ledger.append([
    {
      tenant: 'acme',
      stream: streamOf.conversation(conversation),
      expected: 'any',
      events: [
        { id: randomUUID(), type: 'InteractionCaptured', occurredAt, data: JSON.stringify({ channel: 'chat', conversation }), meta: '{"actor":"spec","schema":1}' }, // prettier-ignore
      ],
    },
  ]);

const join = (ledger: Ledger) =>
  ledger.append([
    {
      tenant: 'acme',
      stream: streamOf.conversation(one),
      expected: 'any',
      events: [
        { id: randomUUID(), type: 'ConversationsJoined', occurredAt: now, data: JSON.stringify({ into: one, from: two, evidence: [] }), meta: '{"actor":"spec","schema":1}' }, // prettier-ignore
      ],
    },
  ]);

const byHand = (id = randomUUID(), outcome?: string, at = now): Ending => ({
  tenant: 'acme',
  conversations: [one, two],
  decide: end(one, at, usualQuiet, outcome),
  actor: 'bo',
  asked: { id, isSame: (data) => data.outcome === outcome },
});
const byQuiet = (at: string): Ending => ({
  tenant: 'acme',
  conversations: [one, two],
  decide: elapse(one, at, usualQuiet),
  actor: 'clock',
});

describe('the ends of a conversation', () => {
  it('are told of all that is one, over many pages', async () => {
    const deps = { ledger: memoryLedger(), now: () => new Date() };
    for (let nth = 0; nth < 1_100; nth += 1) await say(deps.ledger, one);
    expect((await tellEnds(deps, byHand()))?.isNews).toBe(true);
    expect((await tellEnds(deps, byHand()))?.isNews).toBe(false);
    await join(deps.ledger);
    await say(deps.ledger, two);
    expect((await tellEnds(deps, byHand()))?.isNews).toBe(true);
  });

  it('are told once, by however many who look at a time, each with what it follows from', async () => {
    const deps = { ledger: memoryLedger(), now: () => new Date() };
    for (const at of ['2026-05-04T07:00:00Z', '2026-05-04T08:00:00Z']) await say(deps.ledger, one, at);
    const late = ['2026-05-04T09:00:00Z', '2026-05-04T09:01:00Z', '2026-05-05T00:00:00Z'];
    await Promise.all([...late, ...late].map((at) => tellEnds(deps, byQuiet(at))));
    const [first, second, ...ends] = await deps.ledger.read('acme', streamOf.conversation(one));
    expect(ends.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['SessionEnded', '2026-05-04T07:30:00Z'],
      ['SessionEnded', '2026-05-04T08:30:00Z'],
    ]);
    expect(ends.map(({ meta }) => (JSON.parse(meta) as { causation: string }).causation)).toEqual([
      first!.id,
      second!.id,
    ]);
  });

  it('are those of a key the first time, though time went on, and nothing else under it', async () => {
    const deps = { ledger: memoryLedger(), now: () => new Date() };
    await say(deps.ledger, one);
    const id = randomUUID();
    const first = await tellEnds(deps, byHand(id, 'resolved'));
    await say(deps.ledger, one, '2026-05-04T10:01:00Z');
    const again = await tellEnds(deps, byHand(id, 'resolved', '2026-05-06T00:00:00.000Z'));
    expect(again).toEqual({ ...first, isNews: false });
    await expect(tellEnds(deps, byHand(id, 'unclear'))).rejects.toMatchObject({ code: 'IdReused' });
    expect(await deps.ledger.head()).toBe(3n);
  });
});
