import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataOf, InteractionInput } from '@throughline/contracts';
import { type KafkaDriver, kafkaDriver, type KafkaRecord, type ReadRecord } from '@throughline/feed';
import { LedgerBusy } from '@throughline/ledger';
import { exposition } from '@throughline/telemetry';
import { describeUnless, eventually, kafkaOrWhyNot } from '@throughline/testing';
import { many, said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';
import { Intake } from '../interaction/intake.ts';
import { TenantDirectory } from '../tenant/tenant.query.ts';
import { type Channels, channelsOf } from './channels.ts';
import { type InboxDeps, readInbox, type Reading } from './inbox.reader.ts';

const { brokers, reason } = await kafkaOrWhyNot();
const partitions = 4;

describeUnless(reason)('the inbox', () => {
  let on: Served;
  let kafka: KafkaDriver;
  let nth = 0;
  beforeAll(async () => {
    on = await served();
    kafka = kafkaDriver({ brokers, clientId: 'spec' });
  });
  afterAll(async () => {
    await kafka.close();
    await on.close();
  });

  /** Topics and a tenant that no other test has, and readers of them. */
  const ground = async () => {
    const tenant = `inbox-${(nth += 1)}`;
    await on.ask('/v1/tenants', { json: { name: tenant } });
    const layout = { partitions, replicas: 1, inSync: 1, retentionMs: 3_600_000 };
    const channels = channelsOf(layout, `spec-${randomUUID()}`);
    const readers: Reading[] = [];
    const intake = on.app.get(Intake, { strict: false });
    return {
      channels,
      read: (more: Partial<InboxDeps> = {}): Reading => {
        const deps = { kafka, intake, tenants: new TenantDirectory(on), allowed: 'all', channels, now: () => new Date() } as const; // prettier-ignore
        const reading = readInbox({ ...deps, ...more });
        readers.push(reading);
        return reading;
      },
      record: (interaction: InteractionInput, partition = 0): KafkaRecord => ({
        partition,
        key: Buffer.from(interaction.conversation ?? interaction.key),
        value: Buffer.from(JSON.stringify(interaction)),
        headers: { ce_specversion: '1.0', ce_id: '1', ce_source: '/spec', ce_type: 'Interaction', ce_tenant: tenant },
      }),
      /** What was captured, in the order of the ledger. */
      captured: async () =>
        (await on.events(tenant)).map(({ data }) => (data as DataOf<'InteractionCaptured'>).declared!),
      close: async () => {
        await Promise.all(readers.map((one) => one.close()));
      },
    };
  };
  const send = async (topic: string, records: readonly KafkaRecord[]): Promise<void> => {
    const sender = await kafka.sender(topic);
    await sender.send(records);
    await sender.close();
  };
  const make = ({ inbox, refused }: Channels) => Promise.all([kafka.ensureTopic(inbox), kafka.ensureTopic(refused)]);

  /** The first so many records of a topic. */
  const first = async (topic: string, count: number): Promise<ReadRecord[]> => {
    const records: ReadRecord[] = [];
    const reader = await kafka.read({
      topic,
      group: `spec-${randomUUID()}`,
      sharing: 'one',
      assigned: () => {},
      revoked: () => {},
      read: async (_, some) => void records.push(...some),
      failed: () => {},
    });
    await eventually(() => expect(records.length).toBeGreaterThanOrEqual(count));
    await reader.close();
    return records;
  };

  it('takes what is sent, refuses the rest as it came, and has then read it', async () => {
    const { channels, read, record, captured, close } = await ground();
    const reading = read();
    const good = many(3);
    const bad: KafkaRecord = {
      partition: 2,
      key: null,
      value: Buffer.from([0xff, 0]),
      headers: { colour: 'blau und grün' },
    };
    const wrong = record(said({ channel: 'pigeon' as never }), 1);
    await eventually(() => send(channels.inbox.name, [...good.map((one) => record(one, 1)), wrong, bad]));
    const refusals = await first(channels.refused.name, 2);
    expect(refusals).toHaveLength(2);
    expect(refusals.find(({ partition }) => partition === 2)).toMatchObject({
      ...bad,
      headers: {
        colour: 'blau und grün',
        'refused-topic': channels.inbox.name,
        'refused-partition': '2',
        'refused-offset': '0',
        'refused-problem': expect.stringContaining('"code":"NotCloudEvent"'),
      },
    });
    const refused = refusals.find(({ partition }) => partition === 1)!;
    expect(refused).toMatchObject({ key: wrong.key, value: wrong.value, headers: { ...wrong.headers, 'refused-offset': '3' } }); // prettier-ignore
    expect(JSON.parse(refused.headers['refused-problem']!)).toMatchObject({ status: 422, errors: [{ pointer: '/channel' }] }); // prettier-ignore
    await eventually(() => expect(reading.numbers).toMatchObject({ captured: 3, duplicate: 0, refused: 2 }));
    await reading.close();

    const next = read();
    await send(channels.inbox.name, [record(said(), 1), record(said(), 2)]);
    await eventually(() => expect(next.numbers).toMatchObject({ captured: 2, duplicate: 0, refused: 0 }));
    expect(await captured()).toHaveLength(5);
    await close();
  });

  it('waits out what passes, and refuses nothing for it', async () => {
    const { channels, read, record, captured, close } = await ground();
    await make(channels);
    let left = 3;
    const intake = on.app.get(Intake, { strict: false });
    const capture: Intake['capture'] = async (...of) => {
      if (left-- > 0) throw new LedgerBusy();
      return intake.capture(...of);
    };
    const interactions = many(20);
    await send(channels.inbox.name, interactions.map((one) => record(one))); // prettier-ignore
    const reading = read({ intake: { capture } });
    await eventually(() => expect(reading.numbers).toMatchObject({ captured: 20, refused: 0, retries: 3 }));
    expect((await captured()).map(({ key }) => key)).toEqual(interactions.map(({ key }) => key));
    await close();
  });

  it('loses nothing and doubles nothing where a reader is gone between storing and saying so', async () => {
    const { channels, read, record, captured, close } = await ground();
    await make(channels);
    const records = [...many(200).map((one, at) => record(one, at % partitions)), { ...record(said()), value: null }];
    await send(channels.inbox.name, records);
    const going: InboxDeps['kafka'] = {
      ...bound(kafka),
      read: async (readings) => {
        const reader = await kafka.read(readings);
        return { close: () => reader.close(), commit: () => Promise.resolve() };
      },
    };
    const gone = read({ kafka: going });
    await eventually(async () => expect(await captured()).toHaveLength(200));
    await gone.close();

    const next = read();
    await eventually(() => expect(next.numbers).toMatchObject({ captured: 0, duplicate: 200, refused: 1 }));
    await send(channels.inbox.name, [record(said(), 3)]);
    await eventually(() => expect(next.numbers).toMatchObject({ captured: 1, duplicate: 200, refused: 1 }));
    expect(new Set((await captured()).map(({ key }) => key)).size).toBe(201);
    const places = (await first(channels.refused.name, 2)).map(({ headers }) => `${headers['refused-partition']} ${headers['refused-offset']}`); // prettier-ignore
    expect(new Set(places)).toEqual(new Set(['0 50']));
    await close();
  });

  it('keeps the order of each conversation while readers come and go', async () => {
    const { channels, read, record, captured, close } = await ground();
    await make(channels);
    const conversations = Array.from({ length: 12 }, (_, n) => `conversation-${n}`);
    const sender = await kafka.sender(channels.inbox.name);
    let rounds = 0;
    const sendRound = async () => {
      const round = conversations.map((conversation) => said({ conversation, key: `${conversation}/${rounds}` }));
      await sender.send(round.map((one, n) => record(one, n % partitions)));
      rounds += 1;
    };
    // Sends on until it holds: that partitions change hands in the middle of it.
    const sending = (holds: () => void) =>
      eventually(async () => {
        await sendRound();
        holds();
      });
    const leaving = read();
    await sending(() => expect(leaving.numbers.captured).toBeGreaterThan(0));
    const [second, third] = [read(), read()];
    await sending(() => expect(second.numbers.captured + third.numbers.captured).toBeGreaterThan(0));
    const left = leaving.close();
    for (let n = 0; n < 10; n += 1) await sendRound();
    await left;
    await sendRound();
    await eventually(async () => expect(await captured()).toHaveLength(rounds * conversations.length));
    const all = await captured();
    for (const conversation of conversations)
      expect(all.filter((one) => one.conversation === conversation).map(({ key }) => key)).toEqual(
        Array.from({ length: rounds }, (_, round) => `${conversation}/${round}`),
      );
    const sum = [leaving, second, third].reduce((sum, { numbers }) => sum + numbers.captured, 0);
    expect(sum).toBe(all.length);
    await close();
  });

  it('is read by capture, and counted, where capture is told whom it serves', async () => {
    const { channels, record, close } = await ground();
    const own = await served({ inbox: { kafka, allowed: ['default'], channels } });
    const { headers, ...rest } = record(said());
    const { ce_tenant: _, ...noTenant } = headers;
    await eventually(() =>
      send(channels.inbox.name, [
        { ...rest, headers: noTenant },
        { ...rest, headers },
      ]),
    );
    const counted = (outcome: string) => `throughline_inbox_records_total{outcome="${outcome}"} 1`;
    await eventually(async () => {
      const metrics = await exposition();
      for (const text of [counted('captured'), counted('refused'), 'throughline_inbox_behind_records 0'])
        expect(metrics).toContain(text);
    });
    expect(await own.events()).toHaveLength(1);
    await own.close();
    await close();
  });

  it('waits where a topic is not as it must be, and says so', async () => {
    const { channels, read, close } = await ground();
    await kafka.ensureTopic({ ...channels.inbox, partitions: 1 });
    const told: unknown[] = [];
    const log = { warn: ({ err }: { err: unknown }) => void told.push(err), info: () => {} };
    const reading = read({ log: log as never });
    await eventually(() => expect(reading.numbers.retries).toBeGreaterThan(1));
    expect(told[0]).toMatchObject({ name: 'WrongTopic', message: expect.stringContaining(channels.inbox.name) });
    await close();
  });
});

const bound = (kafka: KafkaDriver): InboxDeps['kafka'] => ({
  ensureTopic: (topic) => kafka.ensureTopic(topic),
  sender: (topic) => kafka.sender(topic),
  read: (readings) => kafka.read(readings),
});
