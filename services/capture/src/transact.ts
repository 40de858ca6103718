import { type Event, type EventName, parseStored } from '@throughline/contracts';
import { type Decision, raced, type Stream } from '@throughline/decider';
import type { Ledger, StoredEvent } from '@throughline/ledger';
import { mac } from '@throughline/privacy';
import { canonicalText } from './canonical.ts';
import { recordOne } from './record.ts';
import type { Sources } from './sources.ts';

/** Something to be decided on a stream. Decisions look at what stands outside seals only. */
export type Ask<State, E extends Event> = {
  readonly tenant: string;
  readonly stream: string;
  /** Where in the stream its state begins; its first event unless given. */
  readonly fromVersion?: number;
  readonly noun: Stream<State, E>;
  /** The events that the noun is made from. */
  readonly hears: readonly E['type'][];
  readonly decide: Decision<State, E>;
  /** The id of the event that may come of it: the same again where the same is asked again. */
  readonly id: string;
  readonly actor: string;
  /** Ids of keys that are destroyed ones once it is told. */
  readonly destroys?: readonly string[];
  /** What of the event makes it the same when it is asked again; all that it says unless given. */
  readonly content?: (event: E) => unknown;
};

/** The event that says so now: a new one, or the one that said so before. Nothing where none ever did. */
export type Told = { readonly event: string; readonly position: bigint; readonly isNews: boolean };

type Deps = Pick<Sources, 'ledger' | 'vault' | 'keys' | 'now'>;

/**
 * Decides on a stream as it is and appends what comes of it; in a race again, on what the stream became. No news answers
 * with the event that changed the state last. What was told before under this id is decided as it was then, and the
 * ledger answers with the first position. Throws what the decision throws, and `Conflict` after five lost races.
 */
export const transact = <State, E extends Event>(deps: Deps, ask: Ask<State, E>): Promise<Told | undefined> =>
  raced(async () => {
    const { state, version, last } = await stateOf(deps.ledger, ask);
    const [event, ...more] = ask.decide(state);
    if (more.length > 0) throw new Error('a decision of several events');
    if (!event) return last && { event: last.id, position: last.position, isNews: false };
    return tell(deps, ask, event, version);
  });

const tell = async <State, E extends Event>(
  deps: Deps,
  { tenant, stream, id, actor, destroys, content = ({ data }) => data }: Ask<State, E>,
  event: E,
  expected: number,
): Promise<Told> => {
  const told: Event = event;
  const draft = { ...told, id, occurredAt: deps.now().toISOString(), meta: { actor } };
  const fact = {
    draft,
    stream,
    expected,
    destroys,
    fingerprint: fingerprintOf(deps, tenant, event.type, content(event)),
  };
  const { position, is } = await recordOne(deps, tenant, fact);
  return { event: id, position, isNews: is === 'captured' };
};

/** What makes two events the same: their type and what they say, keyed. */
export const fingerprintOf = (
  { keys }: Pick<Sources, 'keys'>,
  tenant: string,
  type: EventName,
  content: unknown,
): string => mac(keys.secret(tenant, 'mac'), canonicalText({ type, content }));

/** What a stream came to before what was told under `id`, where that is known. */
export type Known<State> = {
  readonly state: State;
  readonly version: number;
  readonly last?: StoredEvent;
  readonly known?: StoredEvent;
};

type Asked<State, E extends Event> = Pick<Ask<State, E>, 'tenant' | 'stream' | 'fromVersion' | 'noun'> & {
  /** Other streams whose events are heard as well, in the ledger's order. */
  readonly beside?: readonly string[];
  readonly hears: readonly E['type'][];
  readonly id?: string;
};

/** What a stream, and those beside it, come to; up to what was told before under this id. */
export const stateOf = async <State, E extends Event>(
  ledger: Pick<Ledger, 'read'>,
  { tenant, stream, fromVersion = 1, beside = [], noun, hears, id }: Asked<State, E>,
): Promise<Known<State>> => {
  let known: Known<State> = { state: noun.initial, version: fromVersion - 1 };
  const own = eventsOf(ledger, tenant, stream, fromVersion);
  for await (const stored of merged([own, ...beside.map((other) => eventsOf(ledger, tenant, other))])) {
    if (stored.id === id) return { ...known, known: stored };
    const version = stored.stream === stream ? stored.version : known.version;
    if ((hears as readonly string[]).includes(stored.type)) {
      const { id, occurredAt, recordedAt } = stored;
      const state = noun.evolve(known.state, { ...parseStored(stored), id, occurredAt, recordedAt } as Event as E);
      known = { state, version, last: state === known.state ? known.last : stored };
    } else known = { ...known, version };
  }
  return known;
};

const page = 500;

async function* eventsOf(
  ledger: Pick<Ledger, 'read'>,
  tenant: string,
  stream: string,
  fromVersion = 1,
): AsyncGenerator<StoredEvent, undefined> {
  for (let from = fromVersion; ; from += page) {
    const events = await ledger.read(tenant, stream, { fromVersion: from, limit: page });
    yield* events;
    if (events.length < page) return;
  }
}

/** The events of several streams in the ledger's order; one of each is held at a time. */
async function* merged(streams: readonly AsyncGenerator<StoredEvent, undefined>[]): AsyncGenerator<StoredEvent> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, event: (await stream.next()).value })));
  for (;;) {
    const [next] = heads
      .filter(({ event }) => event)
      .toSorted((a, b) => (a.event!.position < b.event!.position ? -1 : 1));
    if (!next) return;
    yield next.event!;
    next.event = (await next.stream.next()).value;
  }
}
