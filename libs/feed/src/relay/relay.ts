import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Ledger, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { eventsBetween, type Lag } from '../feed.ts';
import type { KafkaDriver, Topic } from '../kafka/driver.ts';
import { reader, stretchesOf } from '../page.ts';
import { patience, Stopped } from '../patience.ts';
import { bell, pause } from '../wait.ts';
import { begin } from './begin.ts';
import { Fenced } from './fenced.ts';
import { forksIn } from './forks.ts';
import { postgresLease, whileHeld } from './lease.ts';
import { type Place, postgresPlaces } from './place.ts';
import { recordsOf } from './records.ts';
import { type RelayNews, relayReport, type RelayState } from './report.ts';
import { send } from './send.ts';

/** A relay of this process. */
export interface Relaying {
  readonly state: RelayState;
  /** What it fails with, while it fails. */
  readonly lastError: Error | undefined;
  /** Since it began: events relayed, those of them that went as stubs, and tries that the world let fail. */
  readonly counts: { readonly relayed: number; readonly stubs: number; readonly retries: number };
  /** How far behind the topic is, whoever relays. Rejects where the database cannot be asked. */
  lag(): Promise<Lag>;
  /** Sends and notes the page at hand, then ends; another relay may begin at once. */
  stop(): Promise<void>;
}

/** From where to where, and how; what has a default need not be given. */
export type RelayOptions = {
  readonly ledger: Pick<Ledger, 'abilities' | 'tail' | 'watch' | 'head' | 'forkAt'>;
  /** Projector role: keeps the lease and the place. */
  readonly db: Client;
  readonly kafka: KafkaDriver;
  /** Made where it is missing. */
  readonly topic: Topic;
  /** For how long nobody else begins after this process froze, in milliseconds; 10 000 unless given. */
  readonly leaseMs?: number;
  /** Most events of a page; 2 000 unless given. */
  readonly limit?: number;
  /** How long an idle tail waits at most before it looks by itself, in milliseconds; 1 000 unless given. */
  readonly pollMs?: number;
  /**
   * How long it lets events gather after a small page, in milliseconds; 25 unless given. The first event after a silence
   * is sent at once; where many come, the broker and all who read from it have less to do.
   */
  readonly restMs?: number;
  readonly onNews?: (news: RelayNews) => void;
};

/**
 * Brings the ledger into a topic, in its order, for as long as the process lives; one relay at a time does, and the
 * others stand by. Everything is in the topic at least once, and what is there twice is the same but for its term. Waits
 * out whatever the broker or the database says, and drops nothing. After a restore of the ledger it goes back to where the
 * forks part. Rejects with {@link WrongTopic} where the topic was begun with another number of partitions.
 */
export const relay = async (options: RelayOptions): Promise<Relaying> => {
  const { ledger, db, topic, leaseMs = 10_000 } = options;
  const places = postgresPlaces(db, topic);
  await places.open();
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  const lease = postgresLease(db, { name: `relay ${topic.name}`, holder, forMs: leaseMs });
  const stopping = new AbortController();
  const { signal } = stopping;
  const report = relayReport(options.onNews);
  const patiently = patience(signal, report);

  const term: Term = async (number, lost) => {
    report.leading(number);
    try {
      await work({ ...options, places, report, term: number, signal, lost });
    } catch (error) {
      if (!(error instanceof Stopped || error instanceof Fenced)) throw error;
    }
    if (!signal.aborted) report.lost(number);
  };
  const held = () => whileHeld(lease, { signal, patiently }, term);
  // Patience around it all: a mistake of our own is told and tried again as well.
  const ended = patiently(held).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });

  return {
    get state() {
      return report.state();
    },
    get lastError() {
      return report.lastError();
    },
    counts: report.counts,
    lag: async () => {
      const relayed = await places.relayed();
      const [oldest] = await ledger.tail(relayed, { limit: 1 });
      if (!oldest) return { events: 0, seconds: 0 };
      const [head, seconds] = await Promise.all([ledger.head(), places.secondsSince(oldest.recordedAt)]);
      return { events: await eventsBetween(ledger, relayed, head), seconds };
    },
    stop: async () => {
      stopping.abort();
      await ended;
      report.stopped();
    },
  };
};

type Term = Parameters<typeof whileHeld>[2];

type Work = RelayOptions & {
  readonly places: ReturnType<typeof postgresPlaces>;
  readonly report: ReturnType<typeof relayReport>;
  readonly term: number;
  /** No new page is begun. */
  readonly signal: AbortSignal;
  /** Nothing at all is begun. */
  readonly lost: AbortSignal;
};

type Made = ReturnType<typeof recordsOf>;

const isFenced = (error: Error): boolean => error instanceof Fenced;

const shortestIdle = 20;
/** A page of so many events has more behind it. */
const backlog = 250;

/** One term's work. Ends by `signal`, or by throwing {@link Stopped} or {@link Fenced}. */
async function work(of: Work): Promise<void> {
  const { ledger, kafka, topic, places, report, term, lost, limit = 2_000, pollMs = 1_000, restMs = 25 } = of;
  const ending = AbortSignal.any([of.signal, lost]);
  const patiently = patience(ending, report);
  const head = bell();
  const unwatch = ledger.watch(head.ring);
  const forks = forksIn(ledger);
  const sender = await kafka.sender(topic.name);

  // What was sent is noted while the next page is sent, and that one is made while this one is sent: one of each at a time.
  let sent: Promise<void> = Promise.resolve();
  let noted: Promise<void> = Promise.resolve();
  const note = async (from: Place, to: Place, isStill: () => Promise<void>): Promise<void> => {
    const move = async () => {
      await isStill();
      await places.move(from.relayed, to, term);
    };
    await patience(lost, report)(move, isFenced);
  };

  const deliver = async (from: Place, { records, to }: Made, isStill: () => Promise<void>): Promise<void> => {
    const stubs = await send(sender, records, patiently);
    await noted;
    noted = note(from, to, isStill).then(() => report.moved(records.length, stubs));
    // Heard by who waits for it.
    noted.catch(() => {});
  };

  const forward = async (from: Place, events: readonly StoredEvent[]): Promise<Place> => {
    const forkOf = await patiently(() => forks.of(from, events), isFenced);
    const made = recordsOf(from, events, { term, forkOf });
    const last = events.at(-1)!;
    await sent;
    sent = deliver(from, made, () => forks.affirm(last, forkOf(last.position)));
    sent.catch(() => {});
    return made.to;
  };

  try {
    await patiently(() => kafka.ensureTopic(topic));
    let place = await patiently(() => begin(places, ledger, term), isFenced);
    const pages = reader(ledger, patiently, limit);
    for (let idle = shortestIdle; !ending.aborted;) {
      const events = await pages.after(place.relayed);
      for (const stretch of stretchesOf(place.relayed, events)) place = await forward(place, stretch.events);
      // What comes while a small page is sent goes with the next one, all of it.
      const isSmall = events.length < Math.min(backlog, limit);
      if (isSmall) await sent;
      if (isSmall && events.length > 0) await pause(restMs, ending);
      if (events.length === 0) await noted;
      const busy = events.length > 0 || (await head.wait(idle, ending));
      // Nobody rings where it was restored.
      if (!busy && idle >= pollMs) await patiently(() => forks.stand(place), isFenced);
      idle = busy ? shortestIdle : Math.min(idle * 2, pollMs);
    }
  } finally {
    unwatch();
    await sent.catch(() => {});
    await noted.catch(() => {});
    await sender.close();
  }
}
