import type { Position, StoredEvent } from '@throughline/ledger';
import { type Batch, CheckpointMoved, type Consumer, type Partition, Poison } from './consumer.ts';
import { faultOf } from './fault.ts';
import type { Stretch } from './page.ts';
import type { StreamName } from './parked.ts';
import { type Patience, Stopped } from './patience.ts';
import { keyOf, middleOf, plan } from './plan.ts';

/** One consumer on one partition, whatever brings the events: what happens to each of them is decided here. One call at a time. */
export type Lane = {
  position(): Position;
  /** Reads where the consumer stands. To be called first. */
  resume(): Promise<void>;
  /**
   * Deals with a stretch, of which it may know the beginning already. Returns before its end where the checkpoint was
   * found elsewhere, and at once where it begins after the position: something is missing then.
   */
  take(stretch: Stretch): Promise<void>;
  /** Tries the parked streams again that are wanted. */
  retryWanted(): Promise<void>;
};

/** What a lane works with, and whom it tells. */
export type LaneDeps = {
  readonly consumer: Consumer;
  readonly partition: Partition;
  readonly patiently: Patience;
  /** Before each try: throws {@link CheckpointMoved} where what the batch holds is known not to be so any more. */
  affirm(batch: Batch): Promise<void>;
  committed(batch: Batch): void;
  /** The checkpoint was read anew. */
  moved(position: Position): void;
  /** A parked event was tried again in vain. */
  refused(event: StoredEvent, error: Error): void;
};

type State = LaneDeps & { position: Position; readonly streams: Set<string> };

export const lane = (deps: LaneDeps): Lane => {
  const state: State = { ...deps, position: 0n, streams: new Set() };
  return {
    position: () => state.position,
    resume: () => resume(state),
    take: (stretch) => take(state, stretch),
    retryWanted: () => retryWanted(state),
  };
};

const ownerOf = ({ consumer, partition }: State) => ({ consumer: consumer.name, partition });

// The position first: streams that are parked later than that are of no harm, for then the checkpoint has moved as well.
const resume = (state: State): Promise<void> =>
  state.patiently(async () => {
    const position = await state.consumer.position(state.partition);
    await loadStreams(state);
    state.position = position;
    state.moved(position);
  });

async function loadStreams(state: State): Promise<readonly (StreamName & { wanted: boolean })[]> {
  const aside = await state.consumer.parked.streams(ownerOf(state));
  state.streams.clear();
  for (const stream of aside) state.streams.add(keyOf(stream));
  return aside;
}

type Verdict = { readonly is: 'done' } | { readonly is: 'moved' } | { readonly is: 'failed'; readonly error: Error };

async function attempt(state: State, batch: Batch): Promise<Verdict> {
  // A batch without events to blame is tried until it succeeds.
  const isFinal = (error: Error) =>
    error instanceof CheckpointMoved || (batch.events.length > 0 && faultOf(error) === 'event');
  try {
    await state.patiently(async () => {
      await state.affirm(batch);
      await state.consumer.apply(batch);
    }, isFinal);
  } catch (error) {
    if (error instanceof CheckpointMoved) return { is: 'moved' };
    if (error instanceof Stopped) throw error;
    return { is: 'failed', error: error as Error };
  }
  state.position = batch.to;
  for (const { event } of batch.park) state.streams.add(keyOf(event));
  state.committed(batch);
  return { is: 'done' };
}

/** Halves what failed until one event is left; everything before it is committed on the way. */
async function take(state: State, { after, to, events }: Stretch): Promise<void> {
  const { partition, streams } = state;
  const refused = { streams, events: new Map<Position, Error>() };
  const upTo = (end: Position) => plan({ partition, after: state.position, to: end }, events, refused);
  let suspect: Position | undefined;
  while (after <= state.position && state.position < to) {
    const batch = upTo(suspect === undefined ? to : middleOf(upTo(suspect)));
    const verdict = await attempt(state, batch);
    switch (verdict.is) {
      case 'done':
        if (suspect !== undefined && state.position >= suspect) suspect = undefined;
        break;
      case 'moved':
        return resume(state);
      case 'failed': {
        const culprit = culpritOf(batch, verdict.error);
        if (culprit) refused.events.set(culprit.position, reasonOf(verdict.error));
        suspect = culprit ? undefined : batch.events.at(-1)!.position;
      }
    }
  }
}

async function retryWanted(state: State): Promise<void> {
  if (state.streams.size === 0) return;
  for (const stream of await state.patiently(() => loadStreams(state)))
    if (stream.wanted) await retryStream(state, stream);
}

const pageSize = 100;

async function retryStream(state: State, stream: StreamName): Promise<void> {
  const next = () => state.patiently(() => state.consumer.parked.next(ownerOf(state), stream, pageSize));
  for (let events = await next(); events.length > 0; events = await next())
    for (const event of events) if (!(await retryEvent(state, event))) return;
  state.streams.delete(keyOf(stream));
}

async function retryEvent(state: State, event: StoredEvent): Promise<boolean> {
  const { partition, position } = state;
  const batch = { partition, after: position, to: position, events: [event], park: [], unpark: [event] };
  const verdict = await attempt(state, batch);
  switch (verdict.is) {
    case 'done':
      return true;
    case 'moved':
      await resume(state);
      return false;
    case 'failed': {
      const error = reasonOf(verdict.error);
      await state.patiently(() => state.consumer.parked.failed(ownerOf(state), event, error));
      state.refused(event, error);
      return false;
    }
  }
}

function culpritOf({ events }: Batch, error: Error): StoredEvent | undefined {
  if (events.length === 1) return events[0];
  return error instanceof Poison ? events.find(({ position }) => position === error.position) : undefined;
}

const reasonOf = (error: Error): Error => (error instanceof Poison ? error.cause : error);
