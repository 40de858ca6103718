import kafkajs, { type Admin, type Consumer, type KafkaMessage, type PartitionAssigner } from 'kafkajs';
import type { KafkaDriver, KafkaOptions, Readings, ReadRecord } from './driver.ts';
import { inWords, isPassing, isTooLarge } from './errors.ts';
import { holderOf } from './holder.ts';
import { keepReading, type Member, type Membership } from './reader.ts';
import { type Producer, senderOver } from './sender.ts';
import { sockets } from './sockets.ts';
import { textsOf } from './texts.ts';
import { ensureTopic, type Topics } from './topic.ts';

// The package is CommonJS, and Node sees only some of its names.
const { AssignerProtocol, ConfigResourceTypes, Kafka, logLevel, PartitionAssigners } = kafkajs;

const standardMaxBytes = 1_048_588;

/** One client with connections of its own, and what ends them. */
function clientOf({ brokers, clientId, tls, sasl, answerMs = 20_000 }: KafkaOptions) {
  const { open, release } = sockets();
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    // Copies: the client keeps notes in them.
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: { ...sasl } as never }),
    socketFactory: open,
    connectionTimeout: 10_000,
    requestTimeout: answerMs,
    // Short: whoever uses it tries again by itself, with a client that remembers nothing.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 6 },
    // What it has to say comes as errors and events.
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
  });
  return { kafka, release };
}

type Closing = { close(): Promise<void> };

/** Kafka by the kafkajs client. Nothing is connected before it is used. */
export function kafkaDriver(options: KafkaOptions): KafkaDriver {
  const open = new Set<Closing>();
  const kept = <T extends Closing>(it: T): T => {
    open.add(it);
    const close = () => it.close().finally(() => open.delete(it));
    return { ...it, close };
  };
  const asked = async <T>(ask: (admin: Admin) => Promise<T>): Promise<T> => {
    const { kafka, release } = clientOf(options);
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await ask(admin);
    } catch (error) {
      throw inWords(error, options);
    } finally {
      await release(() => admin.disconnect());
    }
  };
  return {
    ensureTopic: (topic) => asked((admin) => ensureTopic(topic, topicsOf(admin))),
    offsets: (topic) =>
      asked(async (admin) =>
        (await admin.fetchTopicOffsets(topic))
          .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
          .toSorted((a, b) => a.partition - b.partition),
      ),
    sender: async (topic) => kept(senderOver(() => producerOf(options, topic), isTooLarge)),
    read: async (readings) => {
      const held: Held = { since: undefined };
      return kept(
        keepReading(readings, { join: (membership) => join(options, readings, held, membership), isPassing }),
      );
    },
    close: async () => {
      await Promise.all([...open].map((it) => it.close()));
    },
  };
}

const topicsOf = (admin: Admin): Topics => ({
  names: () => admin.listTopics(),
  make: ({ name: topic, partitions: numPartitions, replicas: replicationFactor, config }) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const topics = [{ topic, numPartitions, replicationFactor, configEntries }];
    // The client's own wait gives up where a broker has not heard of the topic yet; whoever makes it looks for it anyway.
    return admin.createTopics({ topics, waitForLeaders: false });
  },
  find: async (name) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    const partitions = topics.flatMap((topic) => topic.partitions);
    const replicas = [...new Set(partitions.map((partition) => partition.replicas.length))];
    return { partitions: partitions.length, replicas, config: await configOf(admin, name) };
  },
});

async function configOf(admin: Admin, name: string): Promise<ReadonlyMap<string, string>> {
  const resources = [{ type: ConfigResourceTypes.TOPIC, name }];
  const described = await admin.describeConfigs({ resources, includeSynonyms: false });
  const entries = described.resources.flatMap(({ configEntries }) => configEntries);
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}

async function producerOf(options: KafkaOptions, topic: string): Promise<Producer> {
  const { kafka, release } = clientOf(options);
  const admin = kafka.admin();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // The record says which.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  const close = () => release(() => producer.disconnect());
  try {
    await admin.connect();
    // Who may not ask for the settings is told by the refusal of a batch.
    const config = await configOf(admin, topic).catch(() => new Map<string, string>());
    await admin.disconnect();
    await producer.connect();
    return {
      maxBatchBytes: Number(config.get('max.message.bytes') ?? standardMaxBytes),
      produce: async (records) => {
        const answers = await producer.send({ topic, acks: -1, messages: [...records] }).catch((error: unknown) => {
          throw inWords(error, options);
        });
        return new Set(answers.map(({ partition }) => partition));
      },
      close,
    };
  } catch (error) {
    await close();
    throw inWords(error, options);
  }
}

/** Since when this reader has had all partitions, as far as it knows. */
type Held = { since: number | undefined };

async function join(
  options: KafkaOptions,
  { topic, group, sharing }: Readings,
  held: Held,
  membership: Membership,
): Promise<Member> {
  const { kafka, release } = clientOf(options);
  const consumer = kafka.consumer({
    groupId: group,
    partitionAssigners: [sharing === 'one' ? wholeTo(held) : PartitionAssigners.roundRobin],
    allowAutoTopicCreation: false,
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    rebalanceTimeout: 30_000,
    // Short: what was paused is asked for again only in the next request.
    maxWaitTimeInMs: 100,
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
  const leave = () => release(() => consumer.disconnect());
  listen(consumer, topic, held, { ...membership, over: (error) => membership.over(inWords(error, options)) });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages, highWatermark } }) => {
        const records = messages.map((message) => recordOf(partition, message));
        membership.fetched(partition, records, BigInt(highWatermark));
      },
    });
  } catch (error) {
    await leave();
    throw inWords(error, options);
  }
  return {
    leave,
    commit: (offsets) =>
      consumer.commitOffsets([...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) }))),
  };
}

function listen(consumer: Consumer, topic: string, held: Held, membership: Membership): void {
  const { CRASH, FETCH_START, GROUP_JOIN, HEARTBEAT, REBALANCING, REQUEST_TIMEOUT } = consumer.events;
  const turn = (how: 'pause' | 'resume') => (partition: number) => {
    try {
      consumer[how]([{ topic, partitions: [partition] }]);
    } catch {
      // It has stopped.
    }
  };
  const valve = { pause: turn('pause'), resume: turn('resume') };
  consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const partitions = memberAssignment[topic] ?? [];
    held.since = partitions.length > 0 ? (held.since ?? Date.now()) : undefined;
    membership.alive();
    membership.assigned(partitions, valve);
  });
  consumer.on(REBALANCING, () => membership.revoked());
  consumer.on(FETCH_START, () => membership.alive());
  consumer.on(HEARTBEAT, () => membership.alive());
  consumer.on(CRASH, ({ payload: { error } }) => membership.over(error));
  // The client would ask the same broker again for minutes, though others may know better by now.
  consumer.on(REQUEST_TIMEOUT, ({ payload: { broker, apiName } }) =>
    membership.over(new Error(`The broker ${broker} does not answer (${apiName})`)),
  );
}

/** All partitions to one member. */
const wholeTo =
  (held: Held): PartitionAssigner =>
  ({ cluster }) => {
    const [name, version] = ['throughline-one', 1];
    const { MemberAssignment, MemberMetadata } = AssignerProtocol;
    const sinceOf = (metadata: Buffer) => Number(MemberMetadata.decode(metadata)?.userData.toString()) || undefined;
    return {
      name,
      version,
      protocol: ({ topics }) => {
        const userData = Buffer.from(String(held.since ?? ''));
        return { name, metadata: MemberMetadata.encode({ version, topics, userData }) };
      },
      assign: async ({ members, topics }) => {
        const memberId = holderOf(
          members.map((member) => ({ memberId: member.memberId, since: sinceOf(member.memberMetadata) })),
        );
        if (memberId === undefined) return [];
        const all = topics.map((topic) => {
          const partitions = cluster.findTopicPartitionMetadata(topic);
          return [topic, partitions.map(({ partitionId }) => partitionId)] as const;
        });
        const assignment = Object.fromEntries(all);
        return [
          { memberId, memberAssignment: MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }) },
        ];
      },
    };
  };

const recordOf = (partition: number, { key, value, headers, offset }: KafkaMessage): ReadRecord => ({
  partition,
  key,
  value,
  offset: BigInt(offset),
  headers: headers ? textsOf(headers) : {},
});
