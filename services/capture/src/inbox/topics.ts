import type { Topic } from '@throughline/feed';

/** The topic by which other services bring interactions. */
export const inboxTopic = 'throughline.inbox.v1';

/** The topic of what came by the inbox and was not taken. */
export const refusedTopic = 'throughline.inbox.refused.v1';

/** Who shares the work of reading the inbox. */
export const inboxGroup = 'throughline.capture.inbox';

/** How the topics are laid out; the broker counts its own. */
export type Layout = { readonly partitions: number; readonly replicas: number };

const mebibyte = 1_048_576;

// Both hold what people wrote in clear text.
const weekMs = 7 * 24 * 3_600_000;

/** Both topics. What is refused is what came and why, so its topic takes larger records. */
export const topicsOf = (layout: Layout): { readonly inbox: Topic; readonly refused: Topic } => ({
  inbox: topicOf(inboxTopic, 10 * mebibyte, layout),
  refused: topicOf(refusedTopic, 11 * mebibyte, layout),
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
