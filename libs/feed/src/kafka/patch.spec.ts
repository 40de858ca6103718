import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/** Of the client's inside, what `patches/kafkajs+2.2.4.patch` mends. */
type Request = { correlationId: number; resolve(): void; reject(): void };
type Queue = {
  push(request: { entry: Request; expectResponse: boolean; sendRequest(): void }): void;
  fulfillRequest(response: { correlationId: number; payload: null; size: number }): void;
  destroy(): void;
};
type Bytes = Buffer | null;
type Records = readonly { key: Bytes; value: Bytes; headers: Record<string, string | Buffer> }[];
type Inside = { new (options: object): Queue };

const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue') as Inside;
const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup') as {
  prototype: { recoverFromFetch(e: Error): void };
};
const Encoder = require('kafkajs/src/protocol/encoder') as new () => { readonly buffer: Buffer };
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const { writeBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  writeBatch: (encoder: object, batch: { compression: number; records: Records }) => Promise<void>;
};
const read = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (from: object) => Promise<{ records: Records }>;
const crc32C = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((of) => Buffer.from(of)));
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 200 }));
const headers = fc.dictionary(text, fc.oneof(text, bytes.map((of) => of ?? Buffer.alloc(0))), { noNullPrototype: false }); // prettier-ignore
const asBytes = (of: Records[number]['headers']) =>
  Object.entries(of).map(([name, value]) => [name, Buffer.from(value as Buffer)]);

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('the mended client', () => {
  it('sets no timer where nothing is waiting, and one where something is', () => {
    const logger = { debug: () => {} };
    const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger });
    const push = (correlationId: number) =>
      queue.push({
        entry: { correlationId, resolve: () => {}, reject: () => {} },
        expectResponse: true,
        sendRequest: () => {},
      });
    const before = timers();
    push(1);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(timers()).toBe(before);
    push(2);
    push(3);
    expect(timers()).toBe(before + 1);
    queue.destroy();
  });

  it('stops every fetch before it joins its group again, where what it knows of the topic is stale', async () => {
    const group = Object.assign(Object.create(ConsumerGroup.prototype) as typeof ConsumerGroup.prototype, {
      cluster: { refreshMetadata: async () => {} },
      logger: { debug: () => {}, warn: () => {} },
      joinAndSync: () => Promise.reject(new Error('it joins in the middle of a fetch')),
    });
    const isStale = [{ type: 'NOT_LEADER_FOR_PARTITION' }, { name: 'KafkaJSStaleTopicMetadataAssignment' }];
    for (const error of isStale)
      await expect(group.recoverFromFetch(Object.assign(new Error('stale'), error))).rejects.toMatchObject({
        type: 'REBALANCE_IN_PROGRESS',
      });
  });

  it.each(['uncompressed', 'by gzip'])('writes a batch into one buffer as it is read, %s', (how) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.record({ key: bytes, value: bytes, headers })), async (records) => {
        const encoder = new Encoder();
        await writeBatch(encoder, { compression: how === 'by gzip' ? 1 : 0, records });
        const { buffer } = encoder;
        expect(buffer.readInt32BE(8)).toBe(buffer.length - 12);
        expect(buffer.readUInt32BE(17)).toBe(crc32C(buffer.subarray(21)));
        const batch = await read(new Decoder(buffer));
        expect(batch.records.map((it) => ({ ...it, headers: asBytes(it.headers) }))).toMatchObject(
          records.map((it) => ({ ...it, headers: asBytes(it.headers) })),
        );
      }),
    ),
  );

  // The check value of the catalogue of CRCs, and those of RFC 3720, B.4.
  it.each([
    ['123456789', 0xe3069283],
    ['\0'.repeat(32), 0x8a9136aa],
    ['\u00ff'.repeat(32), 0x62a8ab43],
    ['', 0],
  ])('sums up %j as CRC-32C', (text, sum) => expect(crc32C(Buffer.from(text, 'latin1'))).toBe(sum));
});
