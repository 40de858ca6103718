import type { KafkaDriver, Sender } from '@throughline/feed';
import { inSpan, isTracing } from '@throughline/telemetry';

const tracedSender = (sender: Sender): Sender => ({
  ...sender,
  send: (records) => {
    const follows = records.flatMap(({ headers }) => headers['traceparent'] ?? []);
    if (follows.length === 0) return sender.send(records);
    return inSpan('relay', { attributes: { 'throughline.events': records.length }, follows }, () =>
      sender.send(records),
    );
  },
});

/**
 * The driver with what is sent as spans that are linked to the traces of the events. Where this process does not trace,
 * the driver as it is. The records stay as they are: their `traceparent` is that of the append, whoever brings them.
 */
export const tracedDriver = (kafka: KafkaDriver): KafkaDriver =>
  isTracing() ? { ...kafka, sender: async (topic) => tracedSender(await kafka.sender(topic)) } : kafka;
