import { type KafkaDriver, type KafkaRecord, RecordTooLarge, type Sender } from '../kafka/driver.ts';
import { stubOf } from '../kafka/message.ts';
import type { Patience } from '../patience.ts';

/** Brings records into a topic, whatever the broker says, in their order. */
export type Sending = {
  /** Resolves once all are durable; how many of them went as stubs. */
  send(records: readonly KafkaRecord[]): Promise<number>;
  close(): Promise<void>;
};

/**
 * Sends with patience. A sender that failed is replaced: nobody knows what became of what it had under way, and nobody
 * needs to, as the same records come again. Where the broker refuses records as too large, though they are not larger than
 * the topic says, the half is tried, down to the one, which becomes a stub.
 */
export const sending = (kafka: KafkaDriver, topic: string, patiently: Patience): Sending => {
  let sender: Promise<Sender> | undefined;

  const close = async () => {
    const old = sender;
    sender = undefined;
    await old?.then((one) => one.close()).catch(() => {});
  };
  const once = async (records: readonly KafkaRecord[]): Promise<void> => {
    try {
      sender ??= kafka.sender(topic);
      await (await sender).send(records);
    } catch (error) {
      if (!(error instanceof RecordTooLarge)) await close();
      throw error;
    }
  };
  const send = async (records: readonly KafkaRecord[]): Promise<number> => {
    const [first] = records;
    const isStub = records.length === 1 && first!.value === null;
    try {
      await patiently(() => once(records), (error) => error instanceof RecordTooLarge && !isStub); // prettier-ignore
      return records.filter(({ value }) => value === null).length;
    } catch (error) {
      if (!(error instanceof RecordTooLarge)) throw error;
    }
    if (records.length === 1) return send([stubOf(first!)]);
    const middle = records.length >> 1;
    return (await send(records.slice(0, middle))) + (await send(records.slice(middle)));
  };
  return { send, close };
};
