import {
  type KafkaDriver,
  type KafkaRecord,
  outages,
  patience,
  type ReadRecord,
  type Sender,
  Stopped,
} from '@throughline/feed';
import { inSpan } from '@throughline/telemetry';
import { take, type Taken, type Taking } from './inbox.ts';
import { refusalOf } from './refusal.ts';
import type { Channels } from './channels.ts';

/** What the inbox is read with. */
export type InboxDeps = Taking & {
  readonly kafka: Pick<KafkaDriver, 'ensureTopic' | 'sender' | 'read'>;
  readonly channels: Channels;
  readonly now: () => Date;
};

/** What this process did since it began. */
export type InboxNumbers = {
  readonly captured: number;
  readonly duplicate: number;
  readonly refused: number;
  /** How often something had to be tried again: the ledger or a broker was away. */
  readonly retries: number;
  /** How many records wait in each partition that is read here, as of the last time that it was read. */
  readonly behind: ReadonlyMap<number, number>;
};

/** An inbox that is read. */
export type Reading = {
  readonly numbers: InboxNumbers;
  /** Leaves the group; what was not dealt with whole comes again, here or elsewhere. */
  readonly close: () => Promise<void>;
};

/**
 * Reads the inbox, from now on and for as long as it takes: the partitions are shared with all processes that do. A record
 * is dealt with once it is durable in the ledger or among the refusals, and only then counts as read.
 */
export const readInbox = (deps: InboxDeps): Reading => {
  const { kafka, log } = deps;
  const { inbox, refused, group } = deps.channels;
  const stopping = new AbortController();
  let assignment = new AbortController();
  const numbers = { captured: 0, duplicate: 0, refused: 0, retries: 0, behind: new Map<number, number>() };
  const waiting = outages(log, {}, { gone: 'the inbox waits', back: 'the inbox goes on' });
  const reading = outages(log, {}, { gone: 'the inbox cannot be read; it is tried again', back: 'the inbox is read again' }); // prettier-ignore
  const patientUntil = (...signals: readonly AbortSignal[]) =>
    patience(AbortSignal.any([stopping.signal, ...signals]), {
      failed: (err) => {
        numbers.retries += 1;
        waiting.failed(err);
      },
      worked: waiting.worked,
    });

  const deal = async (to: Sender, partition: number, records: readonly ReadRecord[]): Promise<void> => {
    const patient = patientUntil(assignment.signal);
    const follows = records.flatMap(({ headers }) => headers['traceparent'] ?? []);
    const taken = await patient(() => inSpan('take from the inbox', { follows }, () => take(deps, records)));
    const refusals = records.flatMap((record, at) => refusalIn(taken[at]!, record));
    if (refusals.length > 0) {
      await patient(() => to.send(refusals));
      log?.warn({ partition, refused: refusals.length }, 'records of the inbox are refused');
    }
    for (const { is } of taken) numbers[is] += 1;
    await (await reader).commit(partition, records.at(-1)!.offset + 1n);
  };
  const refusalIn = (taken: Taken, record: ReadRecord): KafkaRecord[] =>
    taken.is === 'refused' ? [refusalOf(inbox.name, record, taken.problem, deps.now())] : [];

  const readings = (to: Sender): Parameters<KafkaDriver['read']>[0] => ({
    topic: inbox.name,
    group,
    sharing: 'spread',
    assigned: (partitions) => {
      assignment = new AbortController();
      numbers.behind.clear();
      reading.worked();
      log?.info({ partitions }, 'the inbox is read here');
    },
    revoked: () => assignment.abort(),
    read: async (partition, records, highWatermark) => {
      await deal(to, partition, records);
      reading.worked();
      numbers.behind.set(partition, Number(highWatermark - records.at(-1)!.offset - 1n));
    },
    failed: (err) => {
      if (!(err instanceof Stopped)) reading.failed(err);
    },
  });

  const patient = patientUntil();
  const sender = patient(() => kafka.ensureTopic(inbox))
    .then(() => patient(() => kafka.ensureTopic(refused)))
    .then(() => patient(() => kafka.sender(refused.name)));
  const reader = sender.then((to) => patient(() => kafka.read(readings(to))));
  // Stopped before it began.
  reader.catch(() => {});

  return {
    numbers,
    close: async () => {
      stopping.abort();
      // In this order: what is under way may still refuse something.
      await reader.then((it) => it.close(), () => {}); // prettier-ignore
      await sender.then((it) => it.close(), () => {}); // prettier-ignore
    },
  };
};
