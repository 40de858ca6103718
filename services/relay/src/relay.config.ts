import { duration, millisecondsOf } from '@throughline/contracts';
import { ledgerTopic, type Topic } from '@throughline/feed';
import { copiesOf, environment, kafkaSettings, topicSettings } from '@throughline/host';
import { z } from 'zod';

const wholeFrom = (least: number, most: number) =>
  z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is less than ${least}`)
    .max(most, `is more than ${most}`);

/** The settings that the relay has beside those of all services: where Kafka is, and how it makes the topic. */
export const relaySettings = {
  ...kafkaSettings,
  KAFKA_BROKERS: environment.KAFKA_BROKERS.unwrap(),
  KAFKA_PARTITIONS: wholeFrom(1, 1_000).default(12),
  ...topicSettings,
  KAFKA_RETENTION: duration.default('P7D'),
  // A stub has to fit as well.
  KAFKA_MAX_MESSAGE_BYTES: wholeFrom(16_384, 100 * 1024 * 1024).default(1024 * 1024),
};

const schema = z.object(relaySettings);

/** The topic as the settings want it. Throws `CannotStart` where no event could ever be written to it. */
export const topicOf = (settings: Omit<z.output<typeof schema>, keyof typeof kafkaSettings>): Topic => {
  const { replicas, inSync } = copiesOf(settings);
  return {
    name: ledgerTopic,
    partitions: settings.KAFKA_PARTITIONS,
    replicas,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(millisecondsOf(settings.KAFKA_RETENTION)),
      'min.insync.replicas': String(inSync),
      'max.message.bytes': String(settings.KAFKA_MAX_MESSAGE_BYTES),
    },
  };
};
