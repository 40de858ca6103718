import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { brokerFile, isFirst, runFolder, tell, told } from '../run.ts';
import { keepClasses } from './classes.ts';
import { kafkaCluster } from './cluster.ts';
import { NoKafka } from './jars.ts';

/** The broker that a run of the tests shares, or why there is none. */
type Shared = { brokers: readonly string[]; pids: readonly number[] } | { reason: string };

const STARTS_WITHIN = 500_000;
const NOWHERE = 'Jest runs without the globalSetup of libs/testing';

/**
 * The addresses of a real Kafka: those of `KAFKA_BROKERS` where set, else of one server that a run of the tests shares
 * (the first spec to ask starts it). Name topics and groups so that no other spec has them.
 *
 * @throws NoKafka where this machine cannot have one
 */
export async function kafka(): Promise<readonly string[]> {
  const given = process.env.KAFKA_BROKERS;
  if (given) return given.split(',');
  const run = runFolder();
  if (!run) throw new Error(NOWHERE);
  const shared = (await isFirst(join(run, 'kafka'))) ? await begin(run) : await begun(run);
  if ('reason' in shared) throw new NoKafka(shared.reason);
  return shared.brokers;
}

/**
 * The same for a spec that is skipped where there is none, and says why:
 *
 * ```ts
 * const { brokers, reason } = await kafkaOrWhyNot();
 * describeUnless(reason)('the relay', () => { … });
 * ```
 */
export async function kafkaOrWhyNot(): Promise<{ brokers: readonly string[]; reason?: string }> {
  try {
    return { brokers: await kafka() };
  } catch (error) {
    if (error instanceof NoKafka) return { brokers: [], reason: error.message };
    throw error;
  }
}

async function begin(run: string): Promise<Shared> {
  const tellAll = async (shared: Shared) => {
    await tell(brokerFile(run), shared);
    return shared;
  };
  try {
    await keepClasses();
    const { brokers, pids } = await kafkaCluster({ dir: join(run, 'kafka') });
    return await tellAll({ brokers, pids: pids() });
  } catch (error) {
    if (error instanceof NoKafka) return tellAll({ reason: error.message });
    await tellAll({ reason: 'Kafka did not start for another spec, which says why' });
    throw error;
  }
}

const begun = (run: string): Promise<Shared> =>
  eventually(
    async () => {
      const shared = await told(brokerFile(run));
      if (!shared) throw new Error('The shared Kafka did not start');
      return shared as Shared;
    },
    { within: STARTS_WITHIN },
  );
