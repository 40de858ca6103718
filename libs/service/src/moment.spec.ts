import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ledger, memoryLedger, migrations, postgresLedger } from '@throughline/ledger';
import { connect, type Database } from '@throughline/postgres';
import { postgres } from '@throughline/testing';
import { momentOf, type Places, recordedAsOf } from './moment.ts';

const event = () => ({
  id: randomUUID(),
  type: 'NoteWritten',
  occurredAt: '2026-05-04T09:30:00Z',
  data: '{}',
  meta: '{}',
});
const readable = async () => 2n;

describe('a moment', () => {
  let [urls, ledger, db] = [] as unknown as [Awaited<ReturnType<typeof postgres>>, Ledger, Database];
  let places: Places;
  const recorded: string[] = [];
  beforeAll(async () => {
    urls = await postgres({ ledger: migrations });
    db = connect({ url: urls.projector, application: 'spec' });
    ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'spec' });
    places = { ledger, projectorDb: db };
    for (let n = 0; n < 3; n += 1)
      await ledger.append([{ tenant: 'one', stream: 'handle-a', expected: 'any', events: [event(), event()] }]);
    for (const { recordedAt } of await ledger.tail(0n)) recorded.push(recordedAt);
  });
  afterAll(async () => {
    await ledger.close();
    await db.close();
    await urls.drop();
  });

  const at = async (asked: string) => momentOf(places, { recordedAsOf: recordedAsOf.parse(asked) }, readable);
  const position = async (asked: string) => (await at(asked))?.position;

  it('is that of the last flush recorded by then, the whole of it', async () => {
    expect(await position(recorded[0]!)).toBe(2n);
    expect(await position(recorded[2]!)).toBe(4n);
    const between = new Date(Date.parse(recorded[5]!) + 3_600_000).toISOString();
    expect(await position(between)).toBe(6n);
  });

  it('is the same after later appends, by position and by time', async () => {
    const before = [await at('4'), await at(recorded[3]!)];
    await ledger.append([{ tenant: 'one', stream: 'handle-a', expected: 'any', events: [event()] }]);
    expect([await at('4'), await at(recorded[3]!)]).toEqual(before);
    expect(before[0]?.now).toEqual(new Date(recorded[3]!));
  });

  it('beyond the head is the head, and no later than now', async () => {
    expect(await position('999999')).toBe(await ledger.head());
    const late = await at('2199-01-01T00:00:00Z');
    expect(late?.position).toBe(await ledger.head());
    expect(late!.now.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('of the world is by what can be read, unless it is said what was known', async () => {
    const asOf = '2026-05-04T09:30:00Z';
    expect(await momentOf(places, {}, readable)).toBeUndefined();
    expect(await momentOf(places, { asOf }, readable)).toEqual({ position: 2n, now: new Date(asOf), until: asOf });
    const both = await momentOf(places, { asOf, recordedAsOf: 5n }, readable);
    expect(both).toEqual({ position: 5n, now: new Date(asOf), until: asOf });
  });

  it.each(['0', '1999-01-01T00:00:00Z'])('before the first event is refused: %s', async (asked) => {
    await expect(at(asked)).rejects.toMatchObject({ code: 'BeforeFirst', faults: [{ pointer: '/recordedAsOf' }] });
  });

  it.each(['-1', 'then', '2026-05-04', '1.5', ''])('is neither position nor time: %s', (asked) => {
    expect(recordedAsOf.safeParse(asked).error?.issues[0]?.message).toMatch(/neither a position nor/);
  });

  it('has no time where the ledger does not tell', async () => {
    const memory = memoryLedger();
    const asked = momentOf({ ...places, ledger: memory }, { recordedAsOf: '2026-05-04T09:30:00Z' }, readable);
    await expect(asked).rejects.toMatchObject({ code: 'Unchained' });
    await memory.close();
  });
});
