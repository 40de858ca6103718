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
import { type Recollection, recollection } from './recollection.ts';
import { inOrder, type Scene, type Step } from './scene.ts';
import { Contended, forgetOldest, type Memory, memoryKey, settle } from './settle.ts';
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
  readonly ledger: Pick<Ledger, 'append' | 'readAll' | 'head' | 'forkAt'>;
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
  #recollection: Recollection;

  constructor(private readonly deps: RouterDeps) {
    this.#recollection = recollection(deps.ledger);
  }

  /** Answers what was heard from the feed; the rows tell of everything up to `moment.heard`, at least. */
  async hear(facts: readonly Fact[], moment: Moment, signal?: AbortSignal): Promise<void> {
    const { db, ledger } = this.deps;
    const recalled = await this.#recall(moment);
    const fresh = facts.filter(({ id }) => !recalled.lately.has(id));
    const [first, then] = await waves(db, fresh);
    const [waiting] = then;
    const before = waiting ? { ...moment, heard: Number(waiting.position) - 1 } : moment;
    await this.#drive(recalled, first, [...hearing, ...following], before);
    if (!waiting) return;
    // The end of a call comes along with it: what the call opened has to be there first.
    await caughtUp(db, await ledger.head(), { signal });
    await this.#drive(await this.#recall(moment), then, [...hearing, ...following], moment);
  }

  /** Settles what one tenant asks, and what follows from that. Answers all events that were appended. */
  async ask(tenant: string, asks: (scene: Scene) => Promise<readonly Ask[]>, moment: Moment): Promise<readonly Fact[]> {
    const recalled = await this.#recall(moment);
    const memory: Memory = new Map();
    const scene = this.#scene(recalled, tenant, await groundOf(this.deps.db, tenant), moment, memory);
    const facts = await this.#settle(recalled, memory, await asks(scene));
    return [...facts, ...(await this.#drive(recalled, facts, following, moment))];
  }

  /** What follows from events that were appended here. Answers all events that were. */
  async follow(facts: readonly Fact[], moment: Moment): Promise<readonly Fact[]> {
    return this.#drive(await this.#recall(moment), facts, following, moment);
  }

  /** What is remembered of the ledger as it is: after a restore or a failover, nothing of before. */
  async #recall({ heard }: Moment): Promise<Recollection> {
    for (;;) {
      const recalled = this.#recollection;
      if (await recalled.holds()) {
        recalled.see(BigInt(heard));
        return recalled;
      }
      this.#forget(recalled);
    }
  }

  // Who is at work with it writes into what nobody reads any more.
  #forget(recalled: Recollection): void {
    if (this.#recollection === recalled) this.#recollection = recollection(this.deps.ledger);
  }

  async #drive(
    recalled: Recollection,
    facts: readonly Fact[],
    first: readonly Step[],
    moment: Moment,
  ): Promise<readonly Fact[]> {
    const memory: Memory = new Map();
    const grounds = new Map<string, TenantGround>();
    const appended: Fact[] = [];
    let [news, steps] = [facts, first];
    while (news.length > 0) {
      const asks: Ask[] = [];
      for (const [tenant, theirs] of Map.groupBy(news, (fact) => fact.tenant)) {
        const ground = grounds.get(tenant) ?? (await groundOf(this.deps.db, tenant));
        grounds.set(tenant, ground);
        const scene = this.#scene(recalled, tenant, ground, moment, memory);
        const asked = await Promise.all(steps.map((step) => step(theirs, scene)));
        asks.push(...asked.flat());
      }
      const then = await this.#settle(recalled, memory, asks);
      for (const { id, type } of news) if (done.has(type)) recalled.lately.add(id);
      appended.push(...then);
      [news, steps] = [then, following];
    }
    forgetOldest(recalled.lately, mostLately);
    return appended;
  }

  async #settle(recalled: Recollection, memory: Memory, asks: readonly Ask[]): Promise<Fact[]> {
    const { ledger, streams } = recalled;
    const facts = await settle(ledger, memory, asks, streams).catch((error: unknown) => {
      if (error instanceof Contended) this.#forget(recalled);
      throw error;
    });
    for (const key of new Set(asks.filter(isRemembered).map(memoryKey))) {
      streams.delete(key);
      streams.set(key, memory.get(key)!);
    }
    forgetOldest(streams, mostRemembered);
    return facts;
  }

  #scene({ streams, said }: Recollection, tenant: string, ground: TenantGround, moment: Moment, memory: Memory): Scene {
    const { db } = this.deps;
    const teamOf = async (team: string): Promise<Known<TeamState>> => {
      const key = memoryKey({ tenant, stream: streamOf.team(team) });
      const known = (memory.get(key) ?? streams.get(key)) as Known<TeamState> | undefined;
      return known ?? teamAsKnown(db, tenant, team);
    };
    const choices = gathered((conversations: readonly string[]) => choicesOf(db, tenant, conversations));
    return { tenant, db, ground, moment, choicesOf: choices, teamOf, said };
  }
}

// Of a customer's choices only the newer ones are known.
const isRemembered = ({ stream }: Ask): boolean =>
  [streamOf.matter(''), streamOf.team('')].some((prefix) => stream.startsWith(prefix));

/** An event from the feed as a fact. */
export const factOf = (event: Heard): Fact => ({ ...event, correlation: event.meta.correlation ?? event.id });
