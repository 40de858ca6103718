import { describe, expect, it } from '@jest/globals';
import { CannotStart, InvalidSettings, readSettings } from '@throughline/host';
import { z } from 'zod';
import { relaySettings, topicOf } from './relay.config.ts';

const read = (env: Record<string, string>) =>
  readSettings(z.object(relaySettings), { KAFKA_BROKERS: 'one:9092', ...env });

describe('the topic', () => {
  it('is made to lose nothing with a server, unless told otherwise', () =>
    expect(topicOf(read({}))).toEqual({
      name: 'throughline.ledger.v1',
      partitions: 12,
      replicas: 3,
      config: {
        'cleanup.policy': 'delete',
        'retention.ms': '604800000',
        'min.insync.replicas': '2',
        'max.message.bytes': '1048576',
      },
    }));

  it('is as the settings want it', () => {
    const env = { KAFKA_PARTITIONS: '3', KAFKA_REPLICAS: '1', KAFKA_MIN_INSYNC_REPLICAS: '1', KAFKA_RETENTION: 'PT12H', KAFKA_MAX_MESSAGE_BYTES: '20000' }; // prettier-ignore
    expect(topicOf(read(env))).toMatchObject({
      partitions: 3,
      replicas: 1,
      config: { 'retention.ms': '43200000', 'min.insync.replicas': '1', 'max.message.bytes': '20000' },
    });
  });

  it('is refused where it would take nothing', () =>
    expect(() => topicOf(read({ KAFKA_REPLICAS: '1' }))).toThrow(CannotStart));

  it.each([
    ['KAFKA_PARTITIONS', '0'],
    ['KAFKA_REPLICAS', 'three'],
    ['KAFKA_MIN_INSYNC_REPLICAS', '1.5'],
    ['KAFKA_RETENTION', '7 days'],
    ['KAFKA_MAX_MESSAGE_BYTES', '100'],
    ['KAFKA_BROKERS', 'nonsense'],
  ])('is not made from a %s of %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(InvalidSettings);
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it('needs to know where Kafka is', () => expect(() => read({ KAFKA_BROKERS: '' })).toThrow('KAFKA_BROKERS'));
});
