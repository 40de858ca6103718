import type { FeedState } from '../feed.ts';
import { outages } from '../news.ts';
import type { KafkaDriver, Reader } from './driver.ts';
import { type Intake, type IntakeDeps, openIntake } from './intake.ts';
import { assigned, beginning, isActive, revoked } from './membership.ts';

/** What a member of a group works with. */
export type MemberDeps = IntakeDeps & {
  readonly driver: Pick<KafkaDriver, 'read'>;
  readonly topic: string;
  readonly group: string;
  readonly aloneMs: number;
  readonly hintMs: number;
};

/** One process in its service's group. */
export type Member = Pick<Intake, 'after' | 'moved' | 'forget'> & {
  readonly state: () => FeedState;
  readonly isActive: () => boolean;
  /** Calls `wake` where something came, or where it changed who has the work. Answers how to stop. */
  readonly watch: (wake: () => void) => () => void;
  /** Commits its hints and leaves the group. */
  close(): Promise<void>;
};

/** Joins a group, at once and for as long as the process lives. */
export const join = (deps: MemberDeps): Member => {
  const { driver, topic, group, aloneMs, hintMs, log } = deps;
  const intake = openIntake(deps);
  const wakes = new Set<() => void>();
  const wakeAll = () => wakes.forEach((wake) => wake());
  let membership = beginning(performance.now());
  let lastError: Error | undefined;
  let retries = 0;
  const outage = outages(
    log,
    { group },
    { gone: 'Kafka cannot be read; it is tried again', back: 'Kafka is read again' },
  );
  const worked = () => {
    lastError = undefined;
    outage.worked();
  };
  const isOurs = () => isActive(membership, performance.now(), aloneMs);

  const reader = driver.read({
    topic,
    group,
    sharing: 'one',
    assigned: (partitions) => {
      membership = assigned(partitions);
      worked();
      intake.begin(partitions.length);
      log?.info({ group, partitions: partitions.length }, isOurs() ? 'this process has the work' : 'this process stands by'); // prettier-ignore
      wakeAll();
    },
    revoked: () => {
      membership = revoked(membership, performance.now());
      intake.begin(0);
      wakeAll();
    },
    read: async (partition, records) => {
      await intake.read(partition, records);
      worked();
      wakeAll();
    },
    failed: (error) => {
      lastError = error;
      retries += 1;
      outage.failed(error);
    },
  });

  const commit = hints(reader, intake);
  const timer = setInterval(() => void commit(), hintMs).unref();

  return {
    after: intake.after,
    moved: intake.moved,
    forget: intake.forget,
    state: () => ({
      joined: membership.is !== 'outside',
      active: isOurs(),
      lastError: intake.objection() ?? lastError,
      retries,
    }),
    isActive: isOurs,
    watch: (wake) => {
      const own = () => wake();
      wakes.add(own);
      return () => void wakes.delete(own);
    },
    close: async () => {
      clearInterval(timer);
      await commit();
      // Whoever waits for room need not any more.
      intake.begin(0);
      await (await reader).close();
    },
  };
};

/** Tells the group how far it got, for whoever reads next in it; what was told is not told again. */
const hints = (reader: Promise<Reader>, { done }: Pick<Intake, 'done'>) => {
  let told: ReadonlyMap<number, bigint> = new Map();
  return async (): Promise<void> => {
    const before = told;
    told = done();
    const news = [...told].filter(([partition, offset]) => before.get(partition) !== offset);
    // A hint that is lost costs whoever reads next a little time, and nothing else.
    await Promise.all(news.map(async ([partition, offset]) => (await reader).commit(partition, offset))).catch(
      () => {},
    );
  };
};
