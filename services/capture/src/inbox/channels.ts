import type { Topic } from '@throughline/feed';

/** How the topics are laid out. */
export type Layout = {
  readonly partitions: number;
  readonly replicas: number;
  /** How many replicas have to have a record before it counts as sent. */
  readonly inSync: number;
  /** How long a record is kept, in milliseconds. */
  readonly retentionMs: number;
};

/** By what others bring interactions, what of that was not taken, and who shares the work of reading. */
export type Channels = { readonly inbox: Topic; readonly refused: Topic; readonly group: string };

const mebibyte = 1_048_576;

/** The largest record that the topic of refusals takes. */
export const mostRefusedBytes = 11 * mebibyte;

/**
 * The inbox's topics; another product on the same brokers has another prefix. What is refused is what came and why, so
 * its topic takes larger records.
 */
export const channelsOf = (layout: Layout, prefix = 'throughline'): Channels => ({
  inbox: topicOf(`${prefix}.inbox.v1`, 10 * mebibyte, layout),
  refused: topicOf(`${prefix}.inbox.refused.v1`, mostRefusedBytes, layout),
  group: `${prefix}.capture.inbox`,
});

const topicOf = (name: string, mostBytes: number, { partitions, replicas, inSync, retentionMs }: Layout): Topic => ({
  name,
  partitions,
  replicas,
  config: {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(mostBytes),
    'min.insync.replicas': String(inSync),
    // The broker unpacks whatever codec a producer chose, and measures what is in it.
    'compression.type': 'uncompressed',
  },
});
