import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Fork, forkName, type Ledger, memoryLedger, memoryStore } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import { eventually } from '@throughline/testing';
import { type Broker, memoryBroker, troubled } from '../../test/broker.ts';
import { feedDatabase } from '../../test/database.ts';
import type { KafkaRecord } from '../kafka/driver.ts';
import { decode } from '../kafka/message.ts';
import { relay, type Relaying } from './relay.ts';

jest.setTimeout(120_000);

let owner: Database;
let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ owner, db, drop } = await feedDatabase());
});
afterAll(() => drop());

let topic: string;
let broker: Broker;
/** What was sent, in its order. */
let sent: KafkaRecord[];
let ledger: Ledger;
let forkAt: Ledger['forkAt'];
let running: Relaying | undefined;
beforeEach(() => {
  topic = `spec-${randomUUID()}`;
  broker = memoryBroker();
  sent = [];
  const before = memoryLedger();
  ledger = before;
  forkAt = (position) => before.forkAt(position);
});
const stop = async () => {
  await running?.stop();
  running = undefined;
};
afterEach(stop);

/** Its database is another one after a restore; it stays the same process. */
const living: Pick<Ledger, 'abilities' | 'tail' | 'watch' | 'head' | 'forkAt'> = {
  abilities: memoryLedger().abilities,
  tail: (...of) => ledger.tail(...of),
  head: () => ledger.head(),
  forkAt: (position) => forkAt(position),
  watch: (wake) => ledger.watch(wake),
};
const begin = async () => {
  const kafka = troubled(broker.driver, { before: (records) => void sent.push(...records) });
  const declared = { name: topic, partitions: 4, replicas: 1, config: {} };
  running = await relay({ ledger: living, db, kafka, topic: declared, leaseMs: 5_000, pollMs: 20, limit: 50 });
};

const append = (count: number, to: Ledger = ledger) =>
  to.append(
    Array.from({ length: count }, (_, at) => ({
      tenant: 'acme',
      stream: `s-${at % 7}`,
      expected: 'any',
      events: [{ id: randomUUID(), type: 'SessionEnded', occurredAt: '2026-05-04T09:30:00Z', data: '{}', meta: '{}' }],
    })),
  );
type Row = { relayed: bigint; tails: bigint[]; mark: string | null; forks: string[] };
const rowOf = async () => {
  const { rows } = await owner.query('select relayed, tails, mark, forks from feed.relay where topic = $1', [topic]);
  return rows[0] as Row;
};
const setRow = ({ relayed, tails, mark, forks }: Row) =>
  owner.query('update feed.relay set relayed = $2, tails = $3, mark = $4, forks = $5 where topic = $1', [topic, relayed, tails, mark, forks]); // prettier-ignore
/** Brings the ledger back to its first events, and lets it go on in a fork; all at once for who looks. */
const restore = async (to: number, { end, fork }: { end: number; fork: Fork }, row?: Row) => {
  const restored = memoryLedger({ store: { ...memoryStore(), log: [...(await ledger.tail(0n, { limit: to }))] } });
  await append(end - to, restored);
  if (row) await setRow(row);
  const before = forkAt;
  forkAt = async (at) => (at <= BigInt(to) ? before(at) : (await restored.forkAt(at)) && fork);
  ledger = restored;
};
const untilRelayed = (count: number) => eventually(async () => expect((await rowOf()).relayed).toBe(BigInt(count)));

const eventIn = (record: KafkaRecord) => {
  const message = decode(record);
  if (message.is !== 'event') throw new Error(`a ${message.is}`);
  return { ...message.event, ...message.sent };
};
const range = (after: number, to: number) => Array.from({ length: to - after }, (_, at) => BigInt(after + at + 1));
/** Every event after `after`, once and in its order, each after the one before it. */
const expectSent = (records: readonly KafkaRecord[], after: number, to: number) => {
  const places = records.map(eventIn).map(({ position, ledgerPrev }) => ({ position, ledgerPrev }));
  expect(places).toEqual(range(after, to).map((position) => ({ position, ledgerPrev: position - 1n })));
};
/** Who reads each partition as docs/consuming.md says has what the ledger has. */
const expectConsumed = async () => {
  const had: { readonly position: bigint; readonly id: string }[] = [];
  for (const partition of await broker.recordsIn(topic)) {
    let mine: { position: bigint; id: string }[] = [];
    let [place, known] = [0n, '1'];
    for (const { position, id, prev, fork } of partition.map(eventIn)) {
      if (forkName(fork) !== known) {
        mine = mine.filter((one) => one.position <= prev);
        [place, known] = [prev < place ? prev : place, forkName(fork)];
      }
      if (position <= place) continue;
      mine.push({ position, id });
      place = position;
    }
    had.push(...mine);
  }
  const own = (await ledger.tail(0n)).map(({ position, id }) => ({ position, id }));
  expect(had.toSorted((a, b) => Number(a.position - b.position))).toEqual(own);
};

/** A relay that sent 20 events, and its row as it was after 10. */
const twenty = async (): Promise<Row> => {
  await append(10);
  await begin();
  await untilRelayed(10);
  const row = await rowOf();
  await append(10);
  await untilRelayed(20);
  return row;
};
const second = { epoch: 2, id: 'restored' };

describe('the relay of a ledger that was restored', () => {
  it.each([
    ['the whole database', 'lives through it', 40],
    ['the whole database', 'is stopped meanwhile', 40],
    ['the whole database', 'lives through it', 15],
    ['the ledger alone', 'lives through it', 40],
    ['the ledger alone', 'is stopped meanwhile', 40],
    ['the ledger alone', 'lives through it', 15],
    ['the ledger alone', 'is stopped meanwhile', 15],
  ])(
    'sends the new fork from its beginning on: %s, it %s, and the ledger ends at %s by now',
    async (what, how, end) => {
      const row = await twenty();
      if (how === 'is stopped meanwhile') await stop();
      await restore(10, { end, fork: second }, what === 'the whole database' ? row : undefined);
      if (how === 'is stopped meanwhile') await begin();
      await untilRelayed(end);
      await append(10);
      await untilRelayed(end + 10);
      expectSent(sent.slice(0, 20), 0, 20);
      expectSent(sent.slice(20), 10, end + 10);
      for (const record of sent.slice(20)) expect(eventIn(record).fork).toEqual(second);
      await expectConsumed();
    },
  );

  it('goes back to where the forks part, also where the ledger went back to what was given up', async () => {
    await append(15);
    await begin();
    await untilRelayed(15);
    const first = [ledger, forkAt] as const;
    await restore(10, { end: 30, fork: second });
    await untilRelayed(30);
    expectSent(sent.slice(15), 10, 30);
    [ledger, forkAt] = first;
    await append(25);
    await untilRelayed(40);
    expectSent(sent.slice(35), 10, 40);
    for (const record of sent.slice(35)) expect(eventIn(record).fork).toEqual({ epoch: 1, id: null });
    await expectConsumed();
  });

  it('finds out as well where a relay noted its place that kept no mark beside it', async () => {
    const row = await twenty();
    await stop();
    await setRow({ ...row, relayed: 20n, tails: (await rowOf()).tails });
    await begin();
    await append(5);
    await untilRelayed(25);
    expectSent(sent, 0, 25);
    await restore(10, { end: 40, fork: second });
    await untilRelayed(40);
    expectSent(sent.slice(25), 10, 40);
    await expectConsumed();
  });

  it('stops and says so where nobody said that it was restored', async () => {
    await twenty();
    await restore(10, { end: 40, fork: { epoch: 1, id: null } });
    await stop();
    await begin();
    await eventually(() => expect(running!.lastError?.message).toContain('another event at 20 than the topic')); // prettier-ignore
    expect(sent).toHaveLength(20);
  });

  it('stops as well where it is another one from its first event on', async () => {
    await twenty();
    const other = memoryLedger();
    await append(40, other);
    [ledger, forkAt] = [other, async (at) => (await other.forkAt(at)) && { epoch: 1, id: 'other' }];
    await eventually(() => expect(running!.lastError?.message).toContain('no fork tells where they part'));
    expect(sent).toHaveLength(20);
  });
});
