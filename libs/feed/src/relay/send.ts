import { type KafkaRecord, RecordTooLarge, type Sender } from '../kafka/driver.ts';
import { stubOf } from '../kafka/message.ts';
import type { Patience } from '../patience.ts';

/**
 * Sends records until all are stored, whatever the broker says; one that is too large for it as a stub, in its place.
 * Answers how many went so. What was sent and may not have arrived is sent again.
 */
export const send = async (sender: Sender, records: readonly KafkaRecord[], patiently: Patience): Promise<number> => {
  const isLarge = (error: unknown): error is RecordTooLarge =>
    error instanceof RecordTooLarge && error.record.value !== null;
  let sent = records;
  for (let stubs = 0; ; stubs += 1) {
    try {
      await patiently(() => sender.send(sent), isLarge);
      return stubs;
    } catch (error) {
      if (!isLarge(error)) throw error;
      sent = sent.map((record) => (record === error.record ? stubOf(record) : record));
    }
  }
};
