import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '@throughline/ledger';
import fc from 'fast-check';
import { eventAt } from '../../test/events.ts';
import { decode, encode as encodeAt, partitionOf, type Sent, destinationOf, stubOf } from './message.ts';

/** As the relay does. */
const encode = (event: StoredEvent, beside: Sent, partitions: number) =>
  encodeAt(event, beside, destinationOf(event, partitions));

const sent: Sent = { prev: 3n, ledgerPrev: 6n, fork: { epoch: 1, id: null }, term: 4 };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const text = fc.string({ unit: 'binary' });
const name = fc.string({ unit: 'grapheme', minLength: 1 });
const position = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const count = fc.nat();
/** JSON as people write it: escapes of what no UTF-8 can carry, numbers that no double can hold, idle white space. */
const json = fc.oneof(
  fc.json(),
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('{"lone":"\\ud800 and \\udfff"}', '{"nul":"\\u0000"}', '{"a":1,"a":2, "m" :\t3}\n', '1e400'),
  position.map((n) => `{"n":${n}${n}}`),
  fc.string({ unit: fc.constantFrom('\\u0000', '\\ud800', '\\udfff', '\u2028', '👩‍👩‍👧', 'ש', '\u0085') }).map((inner) => `"${inner}"`),
); // prettier-ignore
const anyEvent: fc.Arbitrary<StoredEvent> = fc.record({
  position,
  tenant: name,
  stream: name,
  version: count,
  id: fc.uuid(),
  type: name,
  occurredAt: fc.constantFrom('2026-05-04T09:30:00Z', '0001-01-01T00:00:00.000001Z'),
  recordedAt: fc.constantFrom('2026-05-04T09:30:00.12Z', '9999-12-31T23:59:59.999999Z'),
  data: json,
  meta: json,
});
const anyFork = fc.record({ epoch: count, id: fc.option(fc.uuid()) });
const anySent = fc.record({ prev: position, ledgerPrev: position, fork: anyFork, term: count });

describe('a message', () => {
  it('gives the event back byte for byte, with what was sent beside it', () =>
    fc.assert(
      fc.property(anyEvent, anySent, (event, beside) => {
        expect(decode(encode(event, beside, 12))).toEqual({ is: 'event', event, sent: beside });
      }),
    ));

  it('is a CloudEvent in binary mode', () => {
    const event = eventAt(7, 'conversation-1', { meta: JSON.stringify({ actor: 'ann', traceparent, schema: 1 }) });
    expect(encode(event, sent, 12)).toEqual({
      partition: partitionOf(Buffer.from('acme|conversation-1'), 12),
      key: Buffer.from('acme|conversation-1'),
      value: Buffer.from('{"n":1,"n":2}'),
      headers: {
        ce_specversion: '1.0',
        ce_id: event.id,
        ce_source: '/throughline/acme/conversation-1',
        ce_type: 'SessionEnded',
        ce_subject: 'conversation-1',
        ce_time: '2026-05-04T09:30:00Z',
        'content-type': 'application/json',
        traceparent,
        position: '7',
        stream: 'conversation-1',
        'stream-version': '1',
        'recorded-at': '2026-05-04T09:30:00.000001Z',
        meta: event.meta,
        'ledger-epoch': '1',
        'relay-term': '4',
        prev: '3',
        'ledger-prev': '6',
      },
    });
  });

  it('names the fork that its event was stored in, where that has an id', () => {
    const fork = { epoch: 2, id: randomUUID() };
    const { headers } = encode(eventAt(7, 's'), { ...sent, fork }, 12);
    expect(headers).toMatchObject({ 'ledger-epoch': '2', 'ledger-fork': fork.id });
  });

  it.each(['{"schema":1}', '{"traceparent":7}', '{"note":{"traceparent":"x"}}', '"\\"traceparent\\""', 'null'])(
    'has no trace where there is none: %s',
    (meta) => expect(encode(eventAt(7, 's', { meta }), sent, 12).headers).not.toHaveProperty('traceparent'),
  );
});

describe('a stub', () => {
  const large = eventAt(7, 's', { data: JSON.stringify('x'.repeat(2_000_000)), meta: `{"more":"${'y'.repeat(2_000_000)}"}` }); // prettier-ignore
  const stub = stubOf(encode(large, sent, 12));

  it('says where the event is, and no more of it than its envelope', () => {
    expect(stub).toMatchObject({ value: null, headers: { position: '7', ce_dataref: '/v1/events?after=6&limit=1' } });
    expect(JSON.stringify(stub).length).toBeLessThan(2_000);
    expect(decode(stub)).toEqual({ is: 'stub', position: 7n, sent });
  });

  it('lies where the event would', () => {
    const { key, partition } = encode(large, sent, 12);
    expect(stub).toMatchObject({ key, partition });
  });
});

describe('what is no message', () => {
  const record = encode(eventAt(7, 's'), sent, 12);
  const names = ['ce_specversion', 'ce_id', 'ce_type', 'ce_time', 'stream', 'recorded-at', 'meta',
    'position', 'prev', 'ledger-prev', 'stream-version', 'ledger-epoch', 'relay-term']; // prettier-ignore

  it.each(names)('is told by the header that it lacks: %s', (header) => {
    const { [header]: _, ...headers } = record.headers;
    const reason = `its header ${header} is missing or broken`;
    expect(decode({ ...record, headers })).toEqual({ is: 'foreign', reason });
  });

  it.each(['', '-1', '1.5', '0x1f', ' 7', '9'.repeat(30), 'NaN'])('has a position that is none: %j', (broken) =>
    expect(decode({ ...record, headers: { ...record.headers, position: broken } })).toMatchObject({ is: 'foreign' }),
  );

  it('is a tombstone, and a record whose key is another stream’s', () => {
    expect(decode({ ...record, value: null })).toEqual({ is: 'foreign', reason: 'it has no data' });
    expect(decode({ key: record.key, value: null, headers: {} })).toMatchObject({ is: 'foreign' });
    for (const key of [null, Buffer.from('acme|other')])
      expect(decode({ ...record, key })).toEqual({ is: 'foreign', reason: 'its key does not name its stream' });
  });

  it('is never thrown at', () => {
    const headers = fc.dictionary(fc.constantFrom(...names, 'ce_dataref', 'else'), fc.oneof(text, count.map(String)));
    const bytes = fc.option(fc.uint8Array().map((array) => Buffer.from(array)));
    fc.assert(
      fc.property(headers, bytes, bytes, (some, key, value) => {
        expect(decode({ key, value, headers: { ...record.headers, ...some } }).is).toMatch(/^(event|stub|foreign)$/);
      }),
    );
  });
});

describe('the partition of a key', () => {
  // From Kafka's own UtilsTest: hashes before their sign bit is cleared.
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('is as Kafka’s clients choose it: %s', (key, hash) => {
    for (const partitions of [1, 2, 12, 97])
      expect(partitionOf(Buffer.from(key), partitions)).toBe((hash & 0x7fffffff) % partitions);
  });

  it('never changes', () => {
    const keys = ['default|conversation-1', 'acme|handle-ü', 'acme|matter-👩‍👩‍👧', '|'];
    expect(keys.map((key) => partitionOf(Buffer.from(key), 12))).toEqual([4, 5, 2, 7]);
  });

  it('is one of them, the same for all events of a stream', () =>
    fc.assert(
      fc.property(anyEvent, anySent, fc.integer({ min: 1, max: 500 }), (event, beside, partitions) => {
        const { partition } = encode(event, beside, partitions);
        expect(partition).toBe(partitionOf(Buffer.from(`${event.tenant}|${event.stream}`), partitions));
        expect(partition >= 0 && partition < partitions).toBe(true);
      }),
    ));
});
