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

/** The broker takes no record this large; nothing of the batch was stored. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
}

/** Sends to one topic: idempotent, acknowledged by all replicas, in the order of the calls within each partition. */
export type Sender = {
  /** Resolves once all are durable. Throws {@link RecordTooLarge}; anything else is the broker's or the network's. */
  send(records: readonly KafkaRecord[]): Promise<void>;
  close(): Promise<void>;
};

/** What a reader of a topic is told. Calls for one partition never overlap. */
export type Readings = {
  readonly topic: string;
  /** Who shares the work: the partitions are divided over the members of a group. */
  readonly group: string;
  /** `spread` divides the partitions evenly; `one` gives them all to one member, the others stand by. */
  readonly sharing: 'spread' | 'one';
  /** These partitions are ours from here on (all that we have, not only what is new). */
  assigned(partitions: readonly number[]): void;
  /** The assignment is over, before a next one; what is under way should end soon. */
  revoked(): void;
  /** Records of one partition in order. The next ones come once it resolved; what it throws stops nothing, and they come again. */
  read(partition: number, records: readonly ReadRecord[], highWatermark: bigint): Promise<void>;
  /** What went wrong and is tried again by itself: the broker is away, the member lost its place. */
  failed(error: Error): void;
};

/** A member of a group that reads. */
export type Reader = {
  /** Keeps, as a hint for who reads next in this group, that everything of the partition before `offset` is dealt with. */
  commit(partition: number, offset: bigint): Promise<void>;
  /** Leaves the group at once, after the call of `read` that is under way. */
  close(): Promise<void>;
};

/** Kafka, as far as the product needs it; its one client lives in `kafka.ts`. */
export interface KafkaDriver {
  /** Makes the topic where it is missing. Throws {@link WrongTopic}. */
  ensureTopic(topic: Topic): Promise<void>;
  /** The first offset still kept and the next one to be written, per partition. */
  offsets(
    topic: string,
  ): Promise<readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]>;
  sender(topic: string): Promise<Sender>;
  /** Begins to read: where the group's last commit stands, else at the oldest record. Never gives up; resolves once it tries. */
  read(readings: Readings): Promise<Reader>;
  close(): Promise<void>;
}
