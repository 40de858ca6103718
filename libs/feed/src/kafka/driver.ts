/** A record to be sent, or as it came. */
export type KafkaRecord = {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** By name; text in UTF-8. */
  readonly headers: Readonly<Record<string, string>>;
};

/** A record that was read, and where it lies in its partition. */
export type ReadRecord = KafkaRecord & { readonly offset: bigint };

/** A topic as it has to be: one that is there already and differs is refused, never changed. */
export type Topic = {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  /** The broker's own names and values: `retention.ms`, `min.insync.replicas` … */
  readonly config: Readonly<Record<string, string>>;
};

/** The topic is there, and is not as it has to be: the message says which setting, what it is and what it should be. */
export class WrongTopic extends Error {
  override readonly name = 'WrongTopic';
}

/**
 * The broker takes no record this large. Nothing of the call was stored, unless the broker takes less than it says; then
 * what came before the record may have been.
 */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';

  /** @param record the one that is too large, as it was given */
  constructor(readonly record: KafkaRecord) {
    super(`A record of ${record.value?.length ?? 0} bytes, and its headers, are more than the broker takes`);
  }
}

/** The broker does not know who we say we are. It is asked again all the same: what is wrong may be the broker's list. */
export class CredentialsRefused extends Error {
  override readonly name = 'CredentialsRefused';
}

/** Sends to one topic: idempotent, acknowledged by all replicas, in the order of the calls within each partition. */
export type Sender = {
  /**
   * Resolves once all are durable. Throws {@link RecordTooLarge}; anything else is the broker's or the network's, and some
   * may have been stored. Whatever it throws, what was given meanwhile is not sent either: it would overtake.
   */
  send(records: readonly KafkaRecord[]): Promise<void>;
  /** Once what was given is sent. */
  close(): Promise<void>;
};

/** What a reader of a topic is told. Calls for one partition never overlap. */
export type Readings = {
  readonly topic: string;
  /** Who shares the work: the partitions are divided over the members of a group. */
  readonly group: string;
  /** `spread` divides the partitions evenly; `one` gives them all to one member, the others stand by. */
  readonly sharing: 'spread' | 'one';
  /** These partitions are ours from here on (all that we have, not only what is new); with `one`, maybe none. */
  assigned(partitions: readonly number[]): void;
  /** The assignment is over, before a next one or at `close`; what is under way should end soon. */
  revoked(): void;
  /** Records of one partition in order. The next ones come once it resolved; what it throws stops nothing, and they come again. */
  read(partition: number, records: readonly ReadRecord[], highWatermark: bigint): Promise<void>;
  /** What went wrong and is tried again by itself: the broker is away, the member lost its place. */
  failed(error: Error): void;
};

/** A member of a group that reads. */
export type Reader = {
  /**
   * Keeps, as a hint for who reads next in this group, that everything of the partition before `offset` is dealt with.
   * Never rejects: a hint that is lost is of no harm.
   */
  commit(partition: number, offset: bigint): Promise<void>;
  /** Leaves the group after the calls of `read` that are under way, and what they commit; no other ones follow. */
  close(): Promise<void>;
};

/** How a cluster is reached. What is not there is not used. */
export type KafkaOptions = {
  /** `host:port` of some of its brokers. */
  readonly brokers: readonly string[];
  /** By what name they know us: in their logs and quotas. */
  readonly clientId: string;
  /** In PEM: who vouches for the brokers (the machine's own authorities where not said), and who we are. */
  readonly tls?: { readonly ca?: string | Buffer; readonly cert?: string | Buffer; readonly key?: string | Buffer };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** How long a broker may take to answer before it is left, in milliseconds; 20 000 unless given. */
  readonly answerMs?: number;
};

/** Kafka, as far as the product needs it; its one client lives in `kafka.ts`. Everything throws {@link CredentialsRefused}. */
export interface KafkaDriver {
  /** Makes the topic where it is missing. Throws {@link WrongTopic}. */
  ensureTopic(topic: Topic): Promise<void>;
  /** The first offset still kept and the next one to be written, per partition. */
  offsets(
    topic: string,
  ): Promise<readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]>;
  /** Asks nothing of the broker yet. */
  sender(topic: string): Promise<Sender>;
  /** Begins to read: where the group's last commit stands, else at the oldest record. Never gives up; resolves once it tries. */
  read(readings: Readings): Promise<Reader>;
  /** Closes the senders and readers that are still open. */
  close(): Promise<void>;
}
