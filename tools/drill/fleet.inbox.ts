import { factId } from '@throughline/contracts';
import { kafkaDriver } from '@throughline/feed';
import { type Acked, tenant } from './fleet.load.ts';
import type { World } from './fleet.world.ts';
import { bring, inboxSource } from './inbox.ts';

const [inbox, refusedOf] = ['throughline.inbox.v1', 'throughline.inbox.refused.v1'];

/**
 * Conversations that come in by Kafka, beside those over the other edges, until they are ended. Answers what the broker
 * acknowledged, and how many records it acknowledged that are to be refused.
 */
export const inboxLoad = (on: Pick<World, 'brokers'>) => {
  const kafka = kafkaDriver({ brokers: on.brokers, clientId: 'drill' });
  const ending = new AbortController();
  const begun = kafka.offsets(inbox).then(
    (all) =>
    bring({ kafka, topic: inbox, partitions: all.length, tenant, conversations: 8, everyMs: 1_000, signal: ending.signal }), // prettier-ignore
  );
  // It is awaited at the end; until then nobody hears of it.
  begun.catch(() => undefined);
  return {
    end: async (): Promise<{ readonly acked: readonly Acked[]; readonly bad: number }> => {
      ending.abort();
      const { keys, bad } = await begun;
      const ackedIn = ([conversation, all]: [string, readonly string[]]) =>
        all.map((key, nth) => ({ conversation, nth, id: factId(tenant, inboxSource, key) }));
      return { acked: [...keys].flatMap(ackedIn), bad };
    },
    /** How many records were refused. */
    refused: async (): Promise<number> => {
      const partitions = await kafka.offsets(refusedOf);
      return partitions.reduce((sum, { low, high }) => sum + Number(high - low), 0);
    },
    close: () => kafka.close(),
  };
};
