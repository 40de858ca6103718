import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type KafkaDriver, kafkaDriver, type KafkaRecord, relay } from '@throughline/feed';
import { describeUnless, eventually, kafkaOrWhyNot, skipBecause, temporaryFolder } from '@throughline/testing';
import { z } from 'zod';
import { served, type Served } from '../../test/served.ts';

const { brokers, reason } = await kafkaOrWhyNot();
const python = process.env['PYTHON'] ?? 'python3';
const hasClient = reason !== undefined || spawnSync(python, ['-c', 'import kafka']).status === 0;
const withPython = skipBecause(
  !hasClient && `needs Python 3 with kafka-python (pip install kafka-python; PYTHON names another than python3)`,
);
const example = (name: string): string => fileURLToPath(new URL(`../../../../docs/examples/${name}`, import.meta.url));

const partitions = 3;
const most = 20_000;

describeUnless(reason)('a consumer of the topic', () => {
  let on: Served;
  let kafka: KafkaDriver;
  let bad: string;
  let began: ChildProcess | undefined;

  const topicOf = (name: string) => ({
    name: `spec-${name}-${randomUUID()}`,
    partitions,
    replicas: 1,
    config: { 'max.message.bytes': String(most) },
  });

  /** Everything that a topic holds, in order per partition. */
  const all = async (topic: string, count: number): Promise<KafkaRecord[]> => {
    const records: KafkaRecord[] = [];
    const reader = await kafka.read({
      topic,
      group: `spec-${randomUUID()}`,
      sharing: 'one',
      assigned: () => {},
      revoked: () => {},
      read: async (_, some) => void records.push(...some),
      failed: () => {},
    });
    await eventually(() => expect(records).toHaveLength(count));
    await reader.close();
    return records;
  };

  /** The ledger's topic, as the relay makes it. */
  const relayed = async (): Promise<KafkaRecord[]> => {
    const topic = topicOf('good');
    const relaying = await relay({ ledger: on.ledger, db: on.projectorDb, kafka, topic });
    const head = Number(await on.ledger.head());
    await eventually(() => expect(relaying.counts.relayed).toBe(head));
    expect(relaying.counts.stubs).toBe(2);
    await relaying.stop();
    return all(topic.name, head);
  };

  beforeAll(async () => {
    on = await served();
    kafka = kafkaDriver({ brokers, clientId: 'spec' });
    for (let n = 0; n < 90; n += 1)
      await on.say(n % 3 === 0 ? 'other' : 'acme', {
        at: '2026-05-04T09:30:00Z',
        from: 'email:ann@example.com',
        conversation: `conversation-${n % 7}`,
        channel: n % 2 === 0 ? 'chat' : 'email',
        text: n === 40 || n === 41 ? 'x'.repeat(2 * most) : `said ${n}`,
      });
    // On a bad day: records lost, records twice, old ones again. The last of each partition tells of what is lost before it.
    const records = await relayed();
    const last = new Set(Array.from({ length: partitions }, (_, of) => records.findLast(({ partition }) => partition === of))); // prettier-ignore
    const mangled = records.flatMap((record, at) => {
      if (at % 5 === 1 && !last.has(record)) return [];
      return at % 5 === 2 ? [record, record, ...records.slice(Math.max(0, at - 3), at)] : [record];
    });
    const topic = topicOf('bad');
    await kafka.ensureTopic(topic);
    const sender = await kafka.sender(topic.name);
    await sender.send(mangled);
    bad = topic.name;
  });
  afterEach(() => void began?.kill('SIGKILL'));
  afterAll(async () => {
    await kafka.close();
    await on.close();
  });

  const begin = (command: string, args: readonly string[], file: string): ChildProcess => {
    const env = { KAFKA_BROKERS: brokers.join(','), THROUGHLINE_URL: on.urlOf('/'), TENANT: 'acme', TOPIC: bad, GROUP: `spec-${randomUUID()}`, FILE: file }; // prettier-ignore
    return (began = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] }));
  };
  const rowsIn = (file: string) => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return db.prepare('select position, type, stream, channel from event order by position').all().map((row) => ({ ...row })); // prettier-ignore
    } finally {
      db.close();
    }
  };

  const consumes = async (command: string, args: readonly string[]): Promise<void> => {
    const file = join(await temporaryFolder(), 'consumed.db');
    const killed = begin(command, args, file);
    await eventually(() => expect(rowsIn(file).length).toBeGreaterThan(0), { within: 40_000 });
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    // An older copy is brought back: the place with what belongs to it, and more than belongs to it.
    const db = new DatabaseSync(file);
    db.exec('delete from checkpoint; delete from event where position % 2 = 0');
    db.close();
    const next = begin(command, args, file);
    const events = await on.ledger.tail(0n, { tenant: 'acme' });
    expect(events).toHaveLength(60);
    const wanted = events.map(({ position, type, stream, data }) => {
      const { channel } = JSON.parse(data) as { channel: string };
      return { position: Number(position), type, stream, channel };
    });
    await eventually(() => expect(rowsIn(file)).toEqual(wanted), { within: 40_000 });
    next.kill('SIGTERM');
    expect(await once(next, 'exit')).toEqual([0, null]);
  };

  it('in TypeScript has every event once', () => consumes(process.execPath, [example('consume.ts')]), 120_000);
  withPython('in Python has every event once', () => consumes(python, [example('consume.py')]), 120_000);

  it('finds the headers that the document describes', async () => {
    const text = await readFile(new URL('./asyncapi.json', import.meta.url), 'utf8');
    const { ledgerHeaders } = (JSON.parse(text) as { components: { schemas: Record<string, { properties: object }> } }).components.schemas; // prettier-ignore
    const schema = z.fromJSONSchema(ledgerHeaders as never);
    const records = await relayed();
    const named = new Set(records.flatMap(({ headers }) => Object.keys(headers)));
    expect([...named].filter((name) => !(name in ledgerHeaders!.properties))).toEqual([]);
    for (const { headers } of records) expect(schema.safeParse(headers)).toMatchObject({ success: true });
  });
});
