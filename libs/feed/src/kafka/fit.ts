import { type KafkaRecord, RecordTooLarge } from './driver.ts';

// What the format adds at most: to a batch, to a record, and to each of its headers.
const batchBytes = 61;
const recordBytes = 40;
const headerBytes = 10;

const most = { bytes: 8 * 2 ** 20, records: 2000 };

/** About how many bytes a record takes in a batch; not fewer than it does. */
export const sizeOf = ({ key, value, headers }: KafkaRecord): number => {
  let size = recordBytes + (key?.length ?? 0) + (value?.length ?? 0);
  // Entries would be made only to be thrown away.
  for (const name in headers) size += headerBytes + Buffer.byteLength(name) + Buffer.byteLength(headers[name]!);
  return size;
};

/**
 * The records in requests, in their order: what a request holds of one partition is one batch, and no batch is larger
 * than the broker takes. Throws {@link RecordTooLarge} of the first record that is too large by itself.
 */
export function requestsOf(records: readonly KafkaRecord[], maxBatchBytes: number): KafkaRecord[][] {
  const requests: KafkaRecord[][] = [];
  let request: KafkaRecord[] = [];
  let bytes = 0;
  let batches = new Map<number, number>();
  for (const record of records) {
    const size = sizeOf(record);
    if (batchBytes + size > maxBatchBytes) throw new RecordTooLarge(record);
    const batch = (batches.get(record.partition) ?? batchBytes) + size;
    const isFull = batch > maxBatchBytes || bytes + size > most.bytes || request.length === most.records;
    if (isFull && request.length > 0) {
      requests.push(request);
      [request, bytes, batches] = [[], 0, new Map()];
    }
    request.push(record);
    bytes += size;
    batches.set(record.partition, (batches.get(record.partition) ?? batchBytes) + size);
  }
  return request.length === 0 ? requests : [...requests, request];
}
