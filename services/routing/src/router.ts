import { type EventName, streamOf } from '@throughline/contracts';
import type { Ledger } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import type { Heard } from '@throughline/read-model';
import { gathered } from '@throughline/service';
import type { Ask, Fact, Known } from './ask.ts';
import { caughtUp } from './caught-up.ts';
import { groundOf, type TenantGround } from './ground.query.ts';
import { choosing } from './matter/choice.reactor.ts';
import type { Moment } from './matter/course.ts';
import { choicesOf } from './matter/matter.query.ts';
import { checking, ending, opening, turning } from './matter/matter.reactor.ts';
import { waves } from './matter/wave.ts';
import { lettingGo, promising } from './promise/promise.reactor.ts';
import type { SaidMemory } from './promise/said.query.ts';
import { inOrder, type Scene, type Step } from './scene.ts';
import { forgetOldest, type Memory, memoryKey, settle } from './settle.ts';
import type { TeamState } from './team/team.ts';
import { teamAsKnown } from './team/team.query.ts';
import { releasing, serving } from './team/team.reactor.ts';

/** What routing does about what it hears from the feed. */
const hearing: readonly Step[] = [inOrder([choosing, ending, checking, promising])];
/** What follows from its own events: at once, and again when the feed brings them. */
const following: readonly Step[] = [opening, turning, releasing, serving, lettingGo];

/** Nothing more follows from these once it did. */
const done: ReadonlySet<EventName> = new Set([
  'MatterChosen', 'TurnTaken', 'MatterHandedOn', 'MatterClosed', 'MatterOfferEnded',
]); // prettier-ignore

export type RouterDeps = {
  readonly ledger: Pick<Ledger, 'append' | 'readAll' | 'head'>;
  /** The projector role. */
  readonly db: Pick<Database, 'query'>;
};

const mostRemembered = 10_000;
const mostLately = 50_000;

/**
 * Answers facts with what follows from them, and that with what follows from it, until nothing does. What is told once is
 * told once, whoever asks how often: every event's id follows from what caused it, and every decision is made on what its
 * stream has become.
 */
export class Router {
  // What matters and teams had become; it is brought up to date before anything is decided on it.
  readonly #remembered: Memory = new Map();
  readonly #said: SaidMemory = new Map();
  // What was driven here is not driven again when the feed brings it.
  readonly #lately = new Set<string>();

  constructor(private readonly deps: RouterDeps) {}

  /** Answers what was heard from the feed; the rows tell of everything up to `moment.heard`, at least. */
  async hear(facts: readonly Fact[], moment: Moment, signal?: AbortSignal): Promise<void> {
    const { db, ledger } = this.deps;
    const fresh = facts.filter(({ id }) => !this.#lately.has(id));
    const [first, then] = await waves(db, fresh);
    const [waiting] = then;
    const before = waiting ? { ...moment, heard: Number(waiting.position) - 1 } : moment;
    await this.#drive(first, [...hearing, ...following], before);
    if (!waiting) return;
    // The end of a call comes along with it: what the call opened has to be there first.
    await caughtUp(db, await ledger.head(), { signal });
    await this.#drive(then, [...hearing, ...following], moment);
  }

  /** Settles what one tenant asks, and what follows from that. Answers all events that were appended. */
  async ask(tenant: string, asks: (scene: Scene) => Promise<readonly Ask[]>, moment: Moment): Promise<readonly Fact[]> {
    const memory: Memory = new Map();
    const scene = this.#scene(tenant, await groundOf(this.deps.db, tenant), moment, memory);
    const facts = await this.#settle(memory, await asks(scene));
    return [...facts, ...(await this.#drive(facts, following, moment))];
  }

  /** What follows from events that were appended here. Answers all events that were. */
  follow(facts: readonly Fact[], moment: Moment): Promise<readonly Fact[]> {
    return this.#drive(facts, following, moment);
  }

  async #drive(facts: readonly Fact[], first: readonly Step[], moment: Moment): Promise<readonly Fact[]> {
    const memory: Memory = new Map();
    const grounds = new Map<string, TenantGround>();
    const appended: Fact[] = [];
    let [news, steps] = [facts, first];
    while (news.length > 0) {
      const asks: Ask[] = [];
      for (const [tenant, theirs] of Map.groupBy(news, (fact) => fact.tenant)) {
        const ground = grounds.get(tenant) ?? (await groundOf(this.deps.db, tenant));
        grounds.set(tenant, ground);
        const scene = this.#scene(tenant, ground, moment, memory);
        const asked = await Promise.all(steps.map((step) => step(theirs, scene)));
        asks.push(...asked.flat());
      }
      const then = await this.#settle(memory, asks);
      for (const { id, type } of news) if (done.has(type)) this.#lately.add(id);
      appended.push(...then);
      [news, steps] = [then, following];
    }
    forgetOldest(this.#lately, mostLately);
    return appended;
  }

  async #settle(memory: Memory, asks: readonly Ask[]): Promise<Fact[]> {
    const facts = await settle(this.deps.ledger, memory, asks, this.#remembered);
    for (const key of new Set(asks.filter(isRemembered).map(memoryKey))) {
      this.#remembered.delete(key);
      this.#remembered.set(key, memory.get(key)!);
    }
    forgetOldest(this.#remembered, mostRemembered);
    return facts;
  }

  #scene(tenant: string, ground: TenantGround, moment: Moment, memory: Memory): Scene {
    const { db } = this.deps;
    const teamOf = async (team: string): Promise<Known<TeamState>> => {
      const key = memoryKey({ tenant, stream: streamOf.team(team) });
      const known = (memory.get(key) ?? this.#remembered.get(key)) as Known<TeamState> | undefined;
      return known ?? teamAsKnown(db, tenant, team);
    };
    const choices = gathered((conversations: readonly string[]) => choicesOf(db, tenant, conversations));
    return { tenant, db, ground, moment, choicesOf: choices, teamOf, said: this.#said };
  }
}

// Of a customer's choices only the newer ones are known.
const isRemembered = ({ stream }: Ask): boolean =>
  [streamOf.matter(''), streamOf.team('')].some((prefix) => stream.startsWith(prefix));

/** An event from the feed as a fact. */
export const factOf = (event: Heard): Fact => ({ ...event, correlation: event.meta.correlation ?? event.id });
