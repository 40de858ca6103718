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

type Stores = Pick<Ledger, 'append' | 'read'>;

/** What is known of streams while things are decided on them, by tenant and stream. */
export type Memory = Map<string, Known<unknown>>;

/** How a stream is named in a {@link Memory}. */
export const memoryKey = ({ tenant, stream }: { tenant: string; stream: string }): string => `${tenant} ${stream}`;

/**
 * Decides all that is asked and appends what comes of it, one command for each stream, in the order of the asks. Where
 * others were faster it is decided again on what the stream became; what was told before under the same id is not told
 * again. Answers the events that were appended here. Throws {@link Contended}.
 */
export const settle = async (ledger: Stores, memory: Memory, asks: readonly Ask[]): Promise<Fact[]> => {
  const told = new Set<string>();
  const facts: Fact[] = [];
  let open = byStream(asks);
  for (let nth = 1; open.length > 0; nth += 1) {
    if (nth > tries) throw new Contended(open[0]!.key);
    await Promise.all(open.map((one) => load(ledger, memory, one)));
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
    await Promise.all(lost.map((one) => catchUp(ledger, memory, one)));
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

const load = async (ledger: Stores, memory: Memory, one: OfStream): Promise<void> => {
  if (memory.has(one.key)) return;
  const known = one.asks.find((ask) => ask.known)?.known;
  if (known) memory.set(one.key, known);
  else await catchUp(ledger, memory, one);
};

const catchUp = async (ledger: Stores, memory: Memory, { key, tenant, stream, asks }: OfStream): Promise<void> => {
  const { initial, hears, evolve } = asks[0]!;
  const known = memory.get(key) ?? { state: initial, version: 0 };
  const news = await ledger.read(tenant, stream, { fromVersion: known.version + 1 });
  const events = news.filter(({ type }) => hears.includes(type)).map((stored) => parseStored(stored) as Event);
  memory.set(key, { state: evolve(known.state, events), version: news.at(-1)?.version ?? known.version });
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
