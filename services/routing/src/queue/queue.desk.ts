import { Inject, Injectable } from '@nestjs/common';
import { type DataOf, instant, parseStored, streamOf, uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { Busy, callerOf, type CallSource, idempotencyKeyOf, idFrom, list, type Page, paging } from '@throughline/host';
import type { Client } from '@throughline/postgres';
import type { Moment } from '@throughline/service';
import { z } from 'zod';
import { reached, stepsAreThere } from '../caught-up.ts';
import { agentIdOf, agentName, agentUnknown, momentFor, readable, teamUnknown, waiting, when } from '../edge.ts';
import { groundOf, type TenantGround } from '../ground.query.ts';
import { type Agent, lastTeam } from '../matter/assignment.ts';
import { MatterDesk } from '../matter/desk.ts';
import {
  frontOfQueue,
  type ListedMatter,
  type PlaceInQueue,
  queueOf,
  type WholeMatter,
} from '../matter/listed.query.ts';
import { Reactors } from '../reactors.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { askTeam, factsOf } from '../scene.ts';
import { teamAsKnown, waitingIn } from '../team/team.query.ts';
import { serveNext } from '../team/turn.ts';
import { readThen } from '../then/then.ts';
import { type ListedQueue, queuesAfter } from './listed.query.ts';
import { waitedThen } from './then.query.ts';

const queues = list<string>('queues', z.string());
const places = list<PlaceInQueue>('queue', z.tuple([z.int(), instant, uuid]));

export const queuesQuery = z.strictObject({ ...paging, ...waiting });
export type QueuesQuery = z.infer<typeof queuesQuery>;
export const queueQuery = z.strictObject({ ...paging, ...when });
export type QueueQuery = z.infer<typeof queueQuery>;
/** A page; with what was known, where another moment was asked about. */
export type QueuePage = Page<ListedMatter> & { readonly position?: number };
export const nextBody = z.strictObject({ agent: agentName });
export type NextBody = z.infer<typeof nextBody>;

/** How many are looked at for one that is for the agent who asks. */
const lookedAt = 500;
/** Among how many of a team's last events a repetition is found. */
const remembered = 5_000;

type Next = { readonly matter: string; readonly position: bigint };

const checkTeam = ({ teams }: Pick<TenantGround, 'teams'>, name: string): void => {
  if (name !== lastTeam.team && !teams.some(({ team }) => team === name)) throw teamUnknown(name);
};

const checkPlace = ({ teams }: Agent, team: string): void => {
  if (teams.includes(team)) return;
  const where = teams.length === 0 ? 'in no team' : `in ${teams.join(', ')}`;
  const faults = [{ pointer: '/agent', reason: `is ${where}` }];
  throw new Rejection('NotInTeam', `This agent is not in ${team}: they are ${where}.`, faults);
};

/** Shows what waits, and gives it to agents when they ask for it. */
@Injectable()
export class QueueDesk {
  private readonly asking = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly reactors: Reactors,
    private readonly matters: MatterDesk,
  ) {}

  /** All queues by the names of their teams. */
  async all(tenant: string, { limit, cursor, minPosition }: QueuesQuery): Promise<Page<ListedQueue>> {
    const { db, now = () => new Date() } = this.options;
    const range = { after: queues.after(cursor, [tenant]) ?? '', limit: limit + 1 };
    await readable(this.options, minPosition);
    const found = await db.asTenant(tenant, (client) => queuesAfter(client, tenant, now().toISOString(), range));
    return queues.page(found, limit, ({ team }) => team, [tenant]);
  }

  /** What waits in a team's queue, in the order in which it is given out. Throws Rejection `TeamUnknown`. */
  async list(tenant: string, team: string, query: QueueQuery): Promise<QueuePage> {
    const { limit, cursor, asOf, recordedAsOf } = query;
    const { db, vault } = this.options;
    const scope = [tenant, team, asOf, recordedAsOf];
    const range = { after: places.after(cursor, scope) ?? frontOfQueue, limit: limit + 1 };
    const moment = await momentFor(this.options, query);
    await (moment
      ? this.checkThen(tenant, team, moment)
      : db.asTenant(tenant, async (client) => checkTeam(await groundOf(client, tenant), team)));
    const read = (client: Client) => queueOf(client, vault, tenant, team, range);
    const found = await (moment
      ? this.readThen(tenant, moment, (client) => waitedThen(client, tenant, team, moment, range), read)
      : db.asTenant(tenant, read));
    const page = places.page(found, limit, ({ place }) => place, scope);
    const items = page.items.map(({ matter }) => matter);
    return { items, nextCursor: page.nextCursor, ...(moment && { position: Number(moment.position) }) };
  }

  // Also of a team that is removed by now: whether there had been one by then stays so for ever.
  private async checkThen(tenant: string, team: string, { position }: Moment): Promise<void> {
    if (team === lastTeam.team) return;
    const [first] = await this.options.ledger.read(tenant, streamOf.team(team), { limit: 1 });
    if (!first || first.position > position) throw teamUnknown(team);
  }

  /** Reads the matters that `waited` tells of as they were. Throws `Busy` where rows are live that do not tell. */
  private async readThen<T>(
    tenant: string,
    moment: Moment,
    waited: (client: Client) => Promise<readonly string[]>,
    query: (client: Client) => Promise<T>,
  ): Promise<T> {
    if (!(await stepsAreThere(this.options.db)))
      throw new Busy('The rows that tell of queues of then are being made.', 10, 'NotYet');
    const which = async (client: Client) => ({ column: 'matter' as const, ids: await waited(client) });
    return readThen(this.options, tenant, moment, { which, promises: 'happened' }, query);
  }

  /** The next one that waits and is for this agent is theirs; null where there is none. Throws Rejections `TeamUnknown`, `AgentUnknown`, `NotInTeam`. */
  async next(source: CallSource, team: string, { agent }: NextBody): Promise<WholeMatter | null> {
    const { tenant } = callerOf(source);
    const who = agentIdOf(this.options, tenant, agent, '/agent');
    const taken = await this.once(source, async () => {
      return (await this.takenBefore(source, team, who)) ?? this.take(source, team, who);
    });
    return taken ? this.matters.get(tenant, taken.matter, { minPosition: taken.position }) : null;
  }

  /** Who asks under a key while the same is asked already waits for that first, and finds it then. */
  private async once<Answer>(source: CallSource, ask: () => Promise<Answer>): Promise<Answer> {
    if (idempotencyKeyOf(source) === undefined) return ask();
    const id = idFrom(source);
    const before = this.asking.get(id);
    const answer = before ? before.then(ask, ask) : ask();
    this.asking.set(id, answer);
    return answer.finally(() => {
      if (this.asking.get(id) === answer) this.asking.delete(id);
    });
  }

  private async take(source: CallSource, team: string, agent: string): Promise<Next | undefined> {
    const { projectorDb: db, now = () => new Date() } = this.options;
    const { tenant } = callerOf(source);
    const ground = await groundOf(db, tenant);
    checkTeam(ground, team);
    const known = ground.agents.get(agent);
    if (!known || known.removed) throw agentUnknown();
    checkPlace(known, team);
    const moment = { at: now().toISOString(), heard: Number(await reached(db)) };
    const found = (await waitingIn(db, tenant, [team], lookedAt))(team);
    if (found.length === 0) return undefined;
    const id = idFrom(source);
    const cause = { id, correlation: id };
    const facts = await this.reactors.router.ask(
      tenant,
      async (scene) => [await askTeam(scene, { team, cause, decide: serveNext(team, found, known) })],
      moment,
    );
    const turn = factsOf(facts, 'TurnTaken').find(({ data }) => data.agent === agent);
    return turn && this.cameOf(tenant, turn.data);
  }

  /** What the same caller got under the same key. A turn's id says for what it is, not who asked; its cause does. */
  private async takenBefore(source: CallSource, team: string, agent: string): Promise<Next | undefined> {
    if (idempotencyKeyOf(source) === undefined) return undefined;
    const { projectorDb: db, ledger } = this.options;
    const { tenant } = callerOf(source);
    const id = idFrom(source);
    const { version } = await teamAsKnown(db, tenant, team);
    const fromVersion = Math.max(1, version - remembered);
    const stored = await ledger.read(tenant, streamOf.team(team), { fromVersion });
    const taken = stored.find(
      ({ type, meta }) => type === 'TurnTaken' && (JSON.parse(meta) as { causation?: string }).causation === id,
    );
    if (!taken) return undefined;
    const data = parseStored(taken).data as DataOf<'TurnTaken'>;
    if (data.agent !== agent) throw new Rejection('IdReused', 'The same key was used before for another agent.');
    return this.cameOf(tenant, data);
  }

  /** What a turn came to: the reactor may have been faster to say that the matter is theirs, so its own stream tells. */
  private async cameOf(tenant: string, { team, entry, matter }: DataOf<'TurnTaken'>): Promise<Next | undefined> {
    const stored = await this.options.ledger.read(tenant, streamOf.matter(matter));
    const isTheirs = stored.some((one) => {
      if (one.type !== 'MatterAssigned') return false;
      const data = parseStored(one).data as DataOf<'MatterAssigned'>;
      return data.team === team && data.entry === entry;
    });
    return isTheirs ? { matter, position: stored.at(-1)!.position } : undefined;
  }
}
