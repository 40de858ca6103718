import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import fc from 'fast-check';
import { flushLimits, pick } from '../flush.ts';
import { sound } from '../command.ts';
import { open } from '../conformance/postgres.ts';
import { everything, show } from '../conformance/world.ts';
import type { Command, Expected, Ledger, Outcome, StoredEvent } from '../ledger.ts';
import { memoryLedger } from '../memory.ts';
import { migrations } from '../postgres.ts';
import { claimOf } from './call.ts';

let database: TestDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await postgres({ ledger: migrations });
  ledger = await open(database);
});
afterAll(async () => {
  await ledger.close();
  await database.drop();
});

/** A command in small words, so that the same ones come up again and again. */
type Wish = {
  tenant: number;
  stream: number;
  expected: Expected;
  events: { id: number; content: number }[];
  sealedUnder: number[];
  destroys: number[];
  checkpoint: { consumer: number; from: number; by: number } | undefined;
};

const few = (max: number) => fc.nat({ max });
const mostly = <T>(usual: T, weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, arbitrary);

/** Each line has ids of its own, and now and then one of another line's. */
const wish: fc.Arbitrary<Wish> = few(3).chain((line) =>
  fc.record({
    tenant: fc.constant(line % 2),
    stream: fc.constant(line >> 1),
    expected: mostly<Expected>('any', 2, fc.constantFrom<Expected>('none', 'exists', 0, 1, 2, 3, 4)),
    events: fc.array(
      fc.record({
        id: fc.oneof({ weight: 15, arbitrary: few(6).map((id) => line * 7 + id) }, few(27)),
        content: mostly(0, 4, few(1)),
      }),
      { maxLength: 3 },
    ),
    sealedUnder: fc.array(few(5), { maxLength: 2 }),
    destroys: mostly<number[]>([], 3, fc.array(few(5), { maxLength: 2 })),
    checkpoint: fc.option(fc.record({ consumer: few(1), from: few(1), by: few(1) }), { nil: undefined, freq: 2 }),
  }),
);

/** Words of one run, which no other run has. */
const speaker = () => {
  const run = randomUUID();
  const id = (n: number) => `${run.slice(0, 24)}${run.slice(24, 34)}${String(n).padStart(2, '0')}`;
  const commandOf = ({ tenant, stream, expected, events, sealedUnder, destroys, checkpoint }: Wish): Command => ({
    tenant: `${run} ${tenant}`,
    stream: `s${stream}`,
    expected,
    events: events.map((event) => ({
      id: id(event.id),
      type: 'NoteWritten',
      occurredAt: '2026-05-04T09:30:00Z',
      data: `${event.content}`,
      meta: '{}',
    })),
    sealedUnder: sealedUnder.map((key) => `k${key}`),
    destroys: events.length > 0 ? destroys.map((key) => `k${key}`) : [],
    checkpoint: checkpoint && {
      consumer: `${run} ${checkpoint.consumer}`,
      from: BigInt(checkpoint.from),
      to: BigInt(checkpoint.from + checkpoint.by),
    },
  });
  return { run, commandOf };
};

/** The same commands one flush after the other, in the order in which a lane flushes them. */
const inOrderOfFlushes = async (model: Ledger, commands: readonly Command[]): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  let queue = commands.map((command, at) => ({ command, at, claim: claimOf(sound(command)) }));
  const repeats = queue.filter(({ command }) => sound(command).repeated !== undefined);
  queue = queue.filter((entry) => !repeats.includes(entry));
  for (const { command, at } of repeats) outcomes[at] = (await model.append([command]))[0]!;
  while (queue.length > 0) {
    const { taken, left } = pick(queue, flushLimits);
    const answers = await model.append(taken.map(({ command }) => command));
    taken.forEach(({ at }, nth) => (outcomes[at] = answers[nth]!));
    queue = left;
  }
  return outcomes;
};

const shifted = (outcome: Outcome, by: bigint): Outcome => {
  if (outcome.is === 'conflict' || (outcome.is === 'refused' && outcome.reason === 'CheckpointMoved')) return outcome;
  if (outcome.is === 'refused') return { ...outcome, position: outcome.position && outcome.position + by };
  return { ...outcome, positions: outcome.positions.map((position) => position + by) };
};

const timeless = (event: StoredEvent, by = 0n) => ({ ...event, position: event.position + by, recordedAt: '' });

describe('the ledger in PostgreSQL and the one in memory', () => {
  it('answer every command alike and end with the same log', async () => {
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(wish, { maxLength: 8 }), { maxLength: 10 }), async (calls) => {
        const { run, commandOf } = speaker();
        const model = memoryLedger();
        const head = await ledger.head();
        for (const call of calls) {
          const commands = call.map(commandOf);
          const expected = (await inOrderOfFlushes(model, commands)).map((outcome) => shifted(outcome, head));
          const outcomes = await ledger.append(commands);
          expect(outcomes).toEqual(expected);
          for (const one of outcomes) {
            const reason = one.is === 'refused' ? one.reason : one.is;
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          }
        }
        const log = (await everything(model, 0n)).map((event) => timeless(event, head));
        expect((await everything(ledger, head)).map((event) => timeless(event))).toEqual(log);
        for (const consumer of [`${run} 0`, `${run} 1`])
          expect(await ledger.checkpoint(consumer)).toBe(await model.checkpoint(consumer));
      }),
      { numRuns: 120 },
    );
    // The words are few enough for every answer to come up.
    expect([...reasons.keys()].toSorted()).toEqual(
      ['CheckpointMoved', 'IdElsewhere', 'IdReused', 'KeyDestroyed', 'PartlyKnown', 'appended', 'conflict', 'duplicate'], // prettier-ignore
    );
    if (Math.min(...reasons.values()) < 5) throw new Error(`hardly tried: ${show([...reasons])}`);
  }, 60_000);
});
