/**
 * A consumer of everything that happens to one tenant's customers, exactly once in effect: what an event changes and how
 * far we are commit together, so that no restart, rebalance, retry or second copy of a record changes anything.
 *
 *     npm install kafkajs@2.2.4
 *     node consume.ts            # Node 24 or newer
 */
import { DatabaseSync } from 'node:sqlite';
import { type IHeaders, Kafka, logLevel } from 'kafkajs';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  THROUGHLINE_URL = 'http://127.0.0.1:3000',
  THROUGHLINE_TOKEN,
  TENANT = 'default',
  TOPIC = 'throughline.ledger.v1',
  GROUP = 'my-service',
  FILE = 'my-service.db',
} = process.env;

/** What we keep of an event. Its position is the same whoever tells us of it. */
type Row = {
  readonly position: number;
  readonly type: string;
  readonly stream: string;
  readonly channel: string | null;
};

const db = new DatabaseSync(FILE);
db.exec(`
  create table if not exists event (position integer primary key, type text, stream text, channel text) strict;
  create table if not exists checkpoint (partition integer primary key, position integer) strict;`);
const checkpoint = db.prepare('select position from checkpoint where partition = ?');
const insert = db.prepare('insert into event values (?, ?, ?, ?) on conflict do nothing');
const advance = db.prepare(
  'insert into checkpoint values (?, ?) on conflict (partition) do update set position = excluded.position',
);

/** How far we are in a partition: everything up to this position was dealt with. */
const doneIn = (partition: number): number => Number(checkpoint.get(partition)?.['position'] ?? 0);

/** The rows and the place, together or not at all. */
const commit = (partition: number, position: number, rows: readonly Row[]): void => {
  db.exec('begin immediate');
  try {
    for (const row of rows) insert.run(row.position, row.type, row.stream, row.channel);
    advance.run(partition, position);
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
};

/** Events of our tenant from the ledger itself, one CloudEvent a line, in position order. */
const fromLedger = async (path: string): Promise<Row[]> => {
  const headers = { 'x-tenant': TENANT, ...(THROUGHLINE_TOKEN && { authorization: `Bearer ${THROUGHLINE_TOKEN}` }) };
  const response = await fetch(new URL(path, THROUGHLINE_URL), { headers });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { position, type, stream, data } = JSON.parse(line) as Row & { data: { channel?: string } };
    return { position, type, stream, channel: data.channel ?? null };
  });
};

/** What a gap has swallowed: after one position, up to another. The page may go further: it is in the topic as well. */
const missing = async (after: number, upTo: number): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let from = after; from < upTo;) {
    const page = await fromLedger(`/v1/events?after=${from}&limit=1000`);
    rows.push(...page.filter(({ position }) => position <= upTo));
    from = page.at(-1)?.position ?? upTo;
  }
  return rows;
};

const text = (headers: IHeaders | undefined, name: string): string | undefined => headers?.[name]?.toString();

const consumer = new Kafka({
  clientId: GROUP,
  brokers: KAFKA_BROKERS.split(','),
  logLevel: logLevel.ERROR,
}).consumer({ groupId: GROUP });

await consumer.connect();
await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
await consumer.run({
  eachBatch: async (given) => {
    const { partition, messages } = given.batch;
    let done = doneIn(partition);
    const rows: Row[] = [];
    for (const { key, value, headers } of messages) {
      const position = Number(text(headers, 'position'));
      // Had before: sent again, or read again.
      if (!(position > done)) continue;
      // Something lies between what we had and this: read it from the ledger.
      const before = Number(text(headers, 'prev'));
      if (before > done) rows.push(...(await missing(done, before)));
      done = position;
      if (!key?.toString().startsWith(`${TENANT}|`)) continue;
      // Too large for the broker: the event is where the stub says.
      const elsewhere = text(headers, 'ce_dataref');
      if (elsewhere !== undefined) rows.push(...(await fromLedger(elsewhere)));
      else {
        const { channel = null } = JSON.parse(value?.toString() ?? '{}') as { channel?: string };
        rows.push({ position, type: text(headers, 'ce_type')!, stream: text(headers, 'stream')!, channel });
      }
      await given.heartbeat();
    }
    commit(partition, done, rows);
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void consumer.disconnect());
