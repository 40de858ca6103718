import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';

/** Of the client's inside, what `patches/kafkajs+2.2.4.patch` mends. */
type Request = { correlationId: number; resolve(): void; reject(): void };
type Queue = {
  push(request: { entry: Request; expectResponse: boolean; sendRequest(): void }): void;
  fulfillRequest(response: { correlationId: number; payload: null; size: number }): void;
  destroy(): void;
};
type Inside = { new (options: object): Queue };

const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue') as Inside;
const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup') as {
  prototype: { recoverFromFetch(e: Error): void };
};

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
});
