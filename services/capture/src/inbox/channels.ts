import type { Topic } from '@throughline/feed';

/** How the topics are laid out: the broker counts its own. */
export type Layout = { readonly partitions: number; readonly replicas: number };

/** By what others bring interactions, what of that was not taken, and who shares the work of reading. */
export type Channels = { readonly inbox: Topic; readonly refused: Topic; readonly group: string };

const mebibyte = 1_048_576;

// Both hold what people wrote in clear text.
const weekMs = 7 * 24 * 3_600_000;

/** The inbox's topics; another product on the same brokers has another prefix. What is refused is what came and why, so its topic takes larger records. */
export const channelsOf = (layout: Layout, prefix = 'throughline'): Channels => ({
  inbox: topicOf(`${prefix}.inbox.v1`, 10 * mebibyte, layout),
  refused: topicOf(`${prefix}.inbox.refused.v1`, 11 * mebibyte, layout),
  group: `${prefix}.capture.inbox`,
});

const topicOf = (name: string, mostBytes: number, { partitions, replicas }: Layout): Topic => ({
  name,
  partitions,
  replicas,
  config: {
    'cleanup.policy': 'delete',
    'retention.ms': String(weekMs),
    'max.message.bytes': String(mostBytes),
    'min.insync.replicas': String(Math.max(1, replicas - 1)),
    // The broker unpacks whatever codec a producer chose, and measures what is in it.
    'compression.type': 'uncompressed',
  },
});
