import { setTimeout as sleep } from 'node:timers/promises';
import { type Topic, WrongTopic } from './driver.ts';

/** A topic as it is: its settings as far as the broker tells them. */
export type FoundTopic = {
  readonly partitions: number;
  /** How many replicas its partitions have; more than one number where they differ. */
  readonly replicas: readonly number[];
  readonly config: ReadonlyMap<string, string>;
};

/** What a broker is asked and told of topics. */
export type Topics = {
  readonly names: () => Promise<readonly string[]>;
  readonly make: (topic: Topic) => Promise<unknown>;
  readonly find: (name: string) => Promise<FoundTopic>;
};

const findings = 20;
const findEveryMs = 200;

/** Makes the topic where it is missing. Throws {@link WrongTopic} where one is there that differs. */
export async function ensureTopic(wanted: Topic, topics: Topics): Promise<void> {
  if (!(await topics.names()).includes(wanted.name)) await topics.make(wanted);
  requireSame(wanted, await foundSoon(wanted.name, topics));
}

/** Not every broker knows at once of a topic that was just made. */
async function foundSoon(name: string, topics: Topics): Promise<FoundTopic> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await topics.find(name);
    } catch (error) {
      if (attempt === findings) throw error;
      await sleep(findEveryMs);
    }
  }
}

/** Throws {@link WrongTopic} with everything in which a topic differs from what it has to be. */
export function requireSame(wanted: Topic, found: FoundTopic): void {
  const all: [name: string, is: string, should: string][] = [
    ['partitions', String(found.partitions), String(wanted.partitions)],
    ['replicas', found.replicas.join(' and '), String(wanted.replicas)],
    ...Object.entries(wanted.config).map(([name, value]): [string, string, string] => [
      name,
      found.config.get(name) ?? 'not told by the broker',
      value,
    ]),
  ];
  const wrong = all.filter(([, is, should]) => is !== should);
  if (wrong.length === 0) return;
  const words = wrong.map(([name, is, should]) => `${name} is ${is} and should be ${should}`);
  throw new WrongTopic(`The topic ${wanted.name} is not as it has to be: ${words.join('; ')}`);
}
