import type { Position, StoredEvent } from '@throughline/ledger';
import { type Batch, CheckpointMoved, type Consumer, type Partition, Poison } from './consumer.ts';
import { faultOf } from './fault.ts';
import type { Stretch } from './page.ts';
import type { StreamName } from './parked.ts';
import { type Patience, Stopped } from './patience.ts';
import { keyOf, middleOf, plan } from './plan.ts';

/** One consumer on one partition, whatever brings the events: what happens to each of them is decided here. */
export type Lane = {
  position(): Position;
  /** Reads where the consumer stands. To be called first. */
  resume(): Promise<void>;
  /** Deals with all of a stretch; with nothing where it begins after the position, for then something is missing. */
  take(stretch: Stretch): Promise<void>;
  /** Tries the parked streams again that somebody wants tried. */
  retryWanted(): Promise<void>;
};

/** What a lane tells of its work. */
export type OnLane = {
  committed(batch: Batch): void;
  /** The consumer's checkpoint was elsewhere and is read anew. */
  moved(position: Position): void;
  /** A parked event was tried again in vain. */
  refused(event: StoredEvent, error: Error): void;
};

type Verdict = { readonly is: 'done' } | { readonly is: 'moved' } | { readonly is: 'failed'; readonly error: Error };

const most = 100;

export const lane = (consumer: Consumer, partition: Partition, patiently: Patience, on: OnLane): Lane => {
  const owner = { consumer: consumer.name, partition };
  const streams = new Set<string>();
  let position = 0n;

  // The streams after the position: whoever parks commits both, so that these are at least those of that position.
  const resume = () =>
    patiently(async () => {
      const at = await consumer.position(partition);
      const aside = await consumer.parked.streams(owner);
      position = at;
      streams.clear();
      for (const stream of aside) streams.add(keyOf(stream));
      on.moved(position);
    });

  const attempt = async (batch: Batch): Promise<Verdict> => {
    const givesUp = (error: Error) =>
      error instanceof CheckpointMoved || (batch.events.length > 0 && faultOf(error) === 'event');
    try {
      await patiently(() => consumer.apply(batch), givesUp);
    } catch (error) {
      if (error instanceof CheckpointMoved) return { is: 'moved' };
      if (error instanceof Stopped) throw error;
      return { is: 'failed', error: error as Error };
    }
    position = batch.to;
    for (const { event } of batch.park) streams.add(keyOf(event));
    on.committed(batch);
    return { is: 'done' };
  };

  /** Halves what failed until one event is left; everything before it is committed on the way. */
  const take = async ({ after, to, events }: Stretch) => {
    const refused = { streams, events: new Map<Position, Error>() };
    let suspect: Position | undefined;
    while (after <= position && position < to) {
      const upTo = (end: Position) => plan({ partition, after: position, to: end }, events, refused);
      const batch = upTo(suspect === undefined ? to : middleOf(upTo(suspect)));
      const verdict = await attempt(batch);
      switch (verdict.is) {
        case 'done':
          if (suspect !== undefined && position >= suspect) suspect = undefined;
          break;
        case 'moved':
          return resume();
        case 'failed': {
          const culprit = culpritOf(batch, verdict.error);
          if (culprit) refused.events.set(culprit.position, reasonOf(verdict.error));
          suspect = culprit ? undefined : batch.events.at(-1)!.position;
        }
      }
    }
  };

  const retryStream = async (stream: StreamName) => {
    for (;;) {
      const events = await patiently(() => consumer.parked.next(owner, stream, most));
      for (const event of events) {
        const here = { partition, after: position, to: position };
        const verdict = await attempt({ ...here, events: [event], park: [], unpark: [event] });
        if (verdict.is === 'moved') return resume();
        if (verdict.is === 'failed') {
          const error = reasonOf(verdict.error);
          await patiently(() => consumer.parked.failed(owner, event, error));
          return on.refused(event, error);
        }
      }
      if (events.length === 0) break;
    }
    await patiently(() => consumer.parked.drained(owner, stream));
    streams.delete(keyOf(stream));
  };

  return {
    position: () => position,
    resume,
    take,
    retryWanted: async () => {
      if (streams.size === 0) return;
      const aside = await patiently(() => consumer.parked.streams(owner));
      for (const stream of aside) if (stream.wanted) await retryStream(stream);
    },
  };
};

function culpritOf({ events }: Batch, error: Error): StoredEvent | undefined {
  if (events.length === 1) return events[0];
  return error instanceof Poison ? events.find(({ position }) => position === error.position) : undefined;
}

const reasonOf = (error: Error): Error => (error instanceof Poison ? error.cause : error);
