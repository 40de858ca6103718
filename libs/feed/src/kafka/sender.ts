import { type KafkaRecord, RecordTooLarge, type Sender } from './driver.ts';
import { requestsOf } from './fit.ts';

/** One connection that sends: of no use any more once something it sent may not have arrived. */
export type Producer = {
  /** How many bytes a batch may have, as the broker says. */
  readonly maxBatchBytes: number;
  /**
   * One request: a batch per partition. Says which partitions were stored: where one changes its broker half way, the client
   * may leave its batch out without a word, as it asks no broker twice.
   */
  produce(records: readonly KafkaRecord[]): Promise<ReadonlySet<number>>;
  close(): Promise<void>;
};

/** Sends in order, by one producer after another. */
export function senderOver(open: () => Promise<Producer>, isTooLarge: (error: unknown) => boolean): Sender {
  let producer: Promise<Producer> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failures = 0;
  let isClosed = false;

  const drop = async () => {
    const old = producer;
    producer = undefined;
    await (await old?.catch(() => undefined))?.close();
  };

  /** Another try with other records would bear the same sequence numbers: the broker would take them for known. */
  const produce = async (records: readonly KafkaRecord[]) => {
    try {
      producer ??= open();
      const stored = await (await producer).produce(records);
      const left = records.find(({ partition }) => !stored.has(partition));
      if (left) throw new Error(`Partition ${left.partition} changed its broker, and was left out`);
    } catch (error) {
      void drop();
      throw error;
    }
  };

  /** In halves where the broker takes less than it said, until it is known which record is too large. */
  const store = async (records: readonly KafkaRecord[]): Promise<void> => {
    try {
      await produce(records);
    } catch (error) {
      const [first] = records;
      if (!isTooLarge(error) || first === undefined) throw error;
      if (records.length === 1) throw new RecordTooLarge(first);
      const half = records.length >> 1;
      await store(records.slice(0, half));
      await store(records.slice(half));
    }
  };

  const storeAll = async (records: readonly KafkaRecord[]) => {
    producer ??= open();
    const { maxBatchBytes } = await producer.catch((error: unknown) => {
      producer = undefined;
      throw error;
    });
    for (const request of requestsOf(records, maxBatchBytes)) await store(request);
  };

  const send = (records: readonly KafkaRecord[]): Promise<void> => {
    const known = failures;
    const turn = last.then(async () => {
      if (isClosed) throw new Error('The sender is closed');
      // It would overtake what is tried again.
      if (known !== failures) throw new Error('What was to be sent before this was not stored');
      try {
        if (records.length > 0) await storeAll(records);
      } catch (error) {
        failures += 1;
        throw error;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    send,
    close: async () => {
      await last;
      isClosed = true;
      await drop();
    },
  };
}
