import { describe, expect, it } from '@jest/globals';
import { CannotStart, InvalidSettings, readSettings } from '@throughline/host';
import { z } from 'zod';
import { kafkaDriver } from '@throughline/feed';
import { channelsIn, inboxOf, inboxSettings } from './inbox.config.ts';

const kafka = kafkaDriver({ brokers: ['one:9092'], clientId: 'spec' });
const read = (env: Record<string, string>) => readSettings(z.object(inboxSettings), env);

describe('the inbox', () => {
  it('serves nobody unless told whom', () => expect(inboxOf(read({}), kafka)).toBeUndefined());
  it.each([
    ['*', 'all'],
    ['acme', ['acme']],
    ['acme,beta', ['acme', 'beta']],
  ])('serves %s', (INBOX_TENANTS, allowed) =>
    expect(inboxOf(read({ INBOX_TENANTS }), kafka)).toMatchObject({ allowed }),
  );

  it('is kept for a week at most, and loses nothing with a server, unless told otherwise', () => {
    const config = {
      'cleanup.policy': 'delete',
      'retention.ms': '604800000',
      'min.insync.replicas': '2',
      'compression.type': 'uncompressed',
    };
    expect(channelsIn(read({}))).toMatchObject({
      inbox: { name: 'throughline.inbox.v1', partitions: 12, replicas: 3, config },
      refused: { name: 'throughline.inbox.refused.v1', partitions: 12, replicas: 3, config },
      group: 'throughline.capture.inbox',
    });
    const env = { INBOX_PARTITIONS: '2', KAFKA_REPLICAS: '1', KAFKA_MIN_INSYNC_REPLICAS: '1', INBOX_RETENTION: 'PT6H' }; // prettier-ignore
    expect(channelsIn(read(env)).inbox).toMatchObject({
      partitions: 2,
      replicas: 1,
      config: { 'retention.ms': '21600000', 'min.insync.replicas': '1' },
    });
  });

  it('takes more of a refusal than of what it refuses', () => {
    const { inbox, refused } = channelsIn(read({}));
    const mostOf = ({ config }: typeof inbox) => Number(config['max.message.bytes']);
    expect(mostOf(refused) - mostOf(inbox)).toBeGreaterThan(500_000);
  });

  it('is refused where it would take nothing', () => {
    expect(() => channelsIn(read({ KAFKA_REPLICAS: '1' }))).toThrow(CannotStart);
    expect(() => inboxOf(read({ INBOX_TENANTS: '*' }))).toThrow('KAFKA_BROKERS');
  });

  it.each([
    ['INBOX_TENANTS', 'Acme'],
    ['INBOX_TENANTS', 'acme,,beta'],
    ['INBOX_PARTITIONS', '0'],
    ['INBOX_RETENTION', 'P8D'],
    ['INBOX_RETENTION', '7 days'],
    ['KAFKA_REPLICAS', '1.5'],
  ])('has no %s of %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(InvalidSettings);
    expect(() => read({ [name]: value })).toThrow(name);
  });
});
