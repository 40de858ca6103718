import type { Fork, Position, StoredEvent } from '@throughline/ledger';
import type { KafkaRecord } from './driver.ts';

/** The topic of all events of all tenants. */
export const ledgerTopic = 'throughline.ledger.v1';

/** What a record says beside its event: what comes before it, and who sent it. */
export type Sent = {
  /** The position of the record before it in its partition; 0n for the first. */
  readonly prev: Position;
  /** The position before it in the whole ledger; 0n for the first. */
  readonly ledgerPrev: Position;
  /** In which fork of the ledger the event was stored. */
  readonly fork: Fork;
  /** Under which term of the relay it was sent; the one thing in which two records of an event may differ. */
  readonly term: number;
};

/** What a record turned out to be. */
export type Message = Readonly<
  | { is: 'event'; event: StoredEvent; sent: Sent }
  /** It was too large for the broker: the event is to be had from the ledger, at its position. */
  | { is: 'stub'; position: Position; sent: Sent }
  /** Nothing that the relay sent, or broken on the way; why, without any value. */
  | { is: 'foreign'; reason: string }
>;

/** Where a record goes. */
export type Destination = Pick<KafkaRecord, 'partition' | 'key'>;

/** Where an event goes among `partitions`, by its key: all events of a stream lie in one of them, in their order. */
export const destinationOf = (
  { tenant, stream }: Pick<StoredEvent, 'tenant' | 'stream'>,
  partitions: number,
): Destination => {
  const key = Buffer.from(`${tenant}|${stream}`);
  return { partition: partitionOf(key, partitions), key };
};

/** An event as a record: CloudEvents 1.0 in binary mode, with all that it takes to have the same event back. */
export const encode = (event: StoredEvent, sent: Sent, { partition, key }: Destination): KafkaRecord => {
  const trace = traceOf(event.meta);
  const headers = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: `/throughline/${event.tenant}/${event.stream}`,
    ce_type: event.type,
    ce_subject: event.stream,
    ce_time: event.occurredAt,
    'content-type': 'application/json',
    ...(trace !== undefined && { traceparent: trace }),
    position: String(event.position),
    stream: event.stream,
    'stream-version': String(event.version),
    'recorded-at': event.recordedAt,
    meta: event.meta,
    'ledger-epoch': String(sent.fork.epoch),
    ...(sent.fork.id !== null && { 'ledger-fork': sent.fork.id }),
    'relay-term': String(sent.term),
    prev: String(sent.prev),
    'ledger-prev': String(sent.ledgerPrev),
  };
  return { partition, key, value: Buffer.from(event.data), headers };
};

/** A record without what makes it large, saying instead where the event is. */
export const stubOf = ({ headers, ...record }: KafkaRecord): KafkaRecord => {
  const { meta: _, 'content-type': __, ...small } = headers;
  const ce_dataref = `/v1/events?after=${BigInt(headers['position']!) - 1n}&limit=1`;
  return { ...record, value: null, headers: { ...small, ce_dataref } };
};

const traceOf = (meta: string): string | undefined => {
  if (!meta.includes('"traceparent"')) return undefined;
  const { traceparent } = JSON.parse(meta) as { traceparent?: unknown };
  return typeof traceparent === 'string' ? traceparent : undefined;
};

/** What a record holds. Never throws: whoever may write to the topic can write anything. */
export const decode = ({ key, value, headers }: Pick<KafkaRecord, 'key' | 'value' | 'headers'>): Message => {
  const broken = brokenIn(headers);
  if (broken !== undefined) return { is: 'foreign', reason: `its header ${broken} is missing or broken` };
  const header = (name: string) => headers[name]!;
  const stream = header('stream');
  const keyText = key?.toString() ?? '';
  if (!keyText.endsWith(`|${stream}`)) return { is: 'foreign', reason: 'its key does not name its stream' };
  const position = BigInt(header('position'));
  const sent = {
    prev: BigInt(header('prev')),
    ledgerPrev: BigInt(header('ledger-prev')),
    fork: { epoch: Number(header('ledger-epoch')), id: headers['ledger-fork'] ?? null },
    term: Number(header('relay-term')),
  };
  if (headers['ce_dataref'] !== undefined) return { is: 'stub', position, sent };
  if (value === null) return { is: 'foreign', reason: 'it has no data' };
  if (headers['meta'] === undefined) return { is: 'foreign', reason: 'its header meta is missing or broken' };
  const event = {
    position,
    tenant: keyText.slice(0, -stream.length - 1),
    stream,
    version: Number(header('stream-version')),
    id: header('ce_id'),
    type: header('ce_type'),
    occurredAt: header('ce_time'),
    recordedAt: header('recorded-at'),
    data: value.toString(),
    meta: header('meta'),
  };
  return { is: 'event', event, sent };
};

const texts = ['ce_id', 'ce_type', 'ce_time', 'stream', 'recorded-at'] as const;
const wholes = ['position', 'prev', 'ledger-prev', 'stream-version', 'ledger-epoch', 'relay-term'] as const;
const whole = /^\d{1,19}$/;

const brokenIn = (headers: KafkaRecord['headers']): string | undefined =>
  headers['ce_specversion'] === '1.0'
    ? (texts.find((name) => !headers[name]) ?? wholes.find((name) => !whole.test(headers[name] ?? '')))
    : 'ce_specversion';

/**
 * The partition of a key among `partitions`: as Kafka's own clients choose it (murmur2, its sign bit cleared, modulo), so
 * that a producer of any language that sends with the same key meets it.
 */
export const partitionOf = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;

const m = 0x5bd1e995;

/** `org.apache.kafka.common.utils.Utils.murmur2`, bit for bit. */
const murmur2 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = bytes.length & ~3;
  let h = 0x9747b28c ^ bytes.length;
  for (let at = 0; at < tail; at += 4) {
    const k = Math.imul(view.getInt32(at, true), m);
    h = Math.imul(h, m) ^ Math.imul(k ^ (k >>> 24), m);
  }
  for (let at = bytes.length - 1; at >= tail; at -= 1) h ^= bytes[at]! << (8 * (at - tail));
  if (tail < bytes.length) h = Math.imul(h, m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
};
