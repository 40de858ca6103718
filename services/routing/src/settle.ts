import { type Draft, type Event, type Instant, metaText, parseStored } from '@throughline/contracts';
import type { Command, Ledger, NewEvent, Outcome } from '@throughline/ledger';
import type { Ask, Fact, Known } from './ask.ts';

/** Others were faster again and again. The feed takes its code for a fault of the world, and tries again. */
export class Contended extends Error {
  override readonly name = 'Contended';
  readonly code = '40001';

  constructor(stream: string) {
    super(`the stream ${stream} changed each time that it was decided on`);
  }
}

const tries = 40;

type Stores = Pick<Ledger, 'append' | 'readAll'>;

/** What is known of streams while things are decided on them, by tenant and stream. */
export type Memory = Map<string, Known<unknown>>;

/** How a stream is named in a {@link Memory}. */
export const memoryKey = ({ tenant, stream }: { tenant: string; stream: string }): string => `${tenant} ${stream}`;

/** Leaves the `most` that came last. */
export const forgetOldest = (
  known: { readonly size: number; keys(): Iterable<string>; delete(key: string): boolean },
  most: number,
): void => {
  for (const key of known.keys()) {
    if (known.size <= most) return;
    known.delete(key);
  }
};

/** What was known of streams before; it is brought up to date. */
export type Remembered = Pick<ReadonlyMap<string, Known<unknown>>, 'get'>;

/**
 * Decides all that is asked and appends what comes of it, one command for each stream, in the order of the asks. Where
 * others were faster it is decided again on what the stream became; what was told before under the same id is not told
 * again. Answers the events that were appended here. Throws {@link Contended}.
 */
export const settle = async (
  ledger: Stores,
  memory: Memory,
  asks: readonly Ask[],
  remembered: Remembered = new Map(),
): Promise<Fact[]> => {
  const told = new Set<string>();
  const facts: Fact[] = [];
  let open = byStream(asks);
  for (let nth = 1; open.length > 0; nth += 1) {
    if (nth > tries) throw new Contended(open[0]!.key);
    await load(ledger, memory, open, remembered);
    const decided = open.map((one) => decide(one, memory.get(one.key)!, told));
    const commands = decided.filter(({ events }) => events.length > 0);
    const outcomes = (commands.length > 0 ? await ledger.append(commands.map(commandOf)) : []).values();
    const lost: OfStream[] = [];
    const further: Ask[] = [];
    for (const one of decided) {
      const outcome = one.events.length > 0 ? outcomes.next().value! : undefined;
      const won = conclude(memory, one, outcome, told);
      if (won) {
        facts.push(...won);
        const { state } = memory.get(one.key)!;
        further.push(...one.asks.flatMap(({ next }) => next(state)));
      } else lost.push(one);
    }
    await catchUp(ledger, memory, lost);
    open = [...lost, ...byStream(further)];
  }
  return facts;
};

type OfStream = {
  readonly key: string;
  readonly tenant: string;
  readonly stream: string;
  readonly asks: readonly Ask[];
};
type Named = { readonly ask: Ask; readonly event: Event; readonly id: string };
type Decided = OfStream & { readonly version: number; readonly state: unknown; readonly events: readonly Named[] };

const byStream = (asks: readonly Ask[]): OfStream[] =>
  [...Map.groupBy(asks, memoryKey)].map(([key, theirs]) => {
    const { tenant, stream } = theirs[0]!;
    return { key, tenant, stream, asks: theirs };
  });

const load = async (
  ledger: Stores,
  memory: Memory,
  all: readonly OfStream[],
  remembered: Remembered,
): Promise<void> => {
  const old: OfStream[] = [];
  for (const one of all.filter(({ key }) => !memory.has(key))) {
    const known = one.asks.find((ask) => ask.known)?.known;
    const before = one.asks.find((ask) => ask.before)?.before ?? remembered.get(one.key);
    if (!known) old.push(one);
    if (known ?? before) memory.set(one.key, (known ?? before)!);
  }
  await catchUp(ledger, memory, old);
};

/** Brings what is known of streams up to date, all of a tenant's at once. */
const catchUp = async (ledger: Stores, memory: Memory, all: readonly OfStream[]): Promise<void> => {
  const reading = [...Map.groupBy(all, ({ tenant }) => tenant)].map(async ([tenant, theirs]) => {
    const known = (one: OfStream) => memory.get(one.key) ?? { state: one.asks[0]!.initial, version: 0 };
    const wanted = theirs.map((one) => ({ stream: one.stream, fromVersion: known(one).version + 1 }));
    const newsOf = Map.groupBy(await ledger.readAll(tenant, wanted), ({ stream }) => stream);
    for (const one of theirs) {
      const { state, version } = known(one);
      const { hears, evolve } = one.asks[0]!;
      const news = newsOf.get(one.stream) ?? [];
      const events = news.filter(({ type }) => hears.includes(type)).map((stored) => parseStored(stored) as Event);
      memory.set(one.key, { state: evolve(state, events), version: news.at(-1)?.version ?? version });
    }
  });
  await Promise.all(reading);
};

const decide = (one: OfStream, { state: before, version }: Known<unknown>, told: ReadonlySet<string>): Decided => {
  let state = before;
  const events: Named[] = [];
  for (const ask of one.asks) {
    const all = ask.decide(state).map((event, nth) => ({ ask, event, id: ask.idOf(event, nth) }));
    const news = all.filter(({ id }) => !told.has(id));
    // What belongs together was told together.
    if (news.length < all.length && !ask.apart) continue;
    events.push(...news);
    state = ask.evolve(
      state,
      news.map(({ event }) => event),
    );
  }
  return { ...one, version, state, events };
};

const momentOf = ({ ask, event: { data } }: Named): Instant => ('at' in data ? data.at : ask.at);

const newEventOf = (named: Named): NewEvent => {
  const { ask, event, id } = named;
  const { cause, actor } = ask;
  const meta = { actor, causation: cause.id, correlation: cause.correlation };
  const draft = event as Draft;
  return {
    id,
    type: draft.type,
    occurredAt: momentOf(named),
    data: JSON.stringify(draft.data),
    meta: metaText(draft.type, meta),
  };
};

const commandOf = ({ tenant, stream, version, events }: Decided): Command => ({
  tenant,
  stream,
  expected: version,
  events: events.map(newEventOf),
});

/** The events that are in the ledger now by our doing; undefined where it is to be decided again. */
const conclude = (
  memory: Memory,
  { key, tenant, stream, version, state, events }: Decided,
  outcome: Outcome | undefined,
  told: Set<string>,
): Fact[] | undefined => {
  switch (outcome?.is) {
    case undefined:
      memory.set(key, { state, version });
      return [];
    case 'appended':
      memory.set(key, { state, version: version + events.length });
      return events.map((named, at) => ({
        ...named.event,
        id: named.id,
        tenant,
        stream,
        version: version + at + 1,
        position: outcome.positions[at]!,
        occurredAt: momentOf(named),
        correlation: named.ask.cause.correlation,
      }));
    case 'duplicate':
      for (const { id } of events) told.add(id);
      return undefined;
    case 'conflict':
      return undefined;
    case 'refused':
      if (outcome.event === undefined) throw new Error(`a command of ${stream} was refused as ${outcome.reason}`);
      told.add(outcome.event);
      return undefined;
  }
};
