import { Inject, Injectable } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import type { Fact } from '../ask.ts';
import { reached } from '../caught-up.ts';
import { agentIdOf, agentUnknown } from '../edge.ts';
import { groundOf, type TenantGround } from '../ground.query.ts';
import { lastTeam } from '../matter/assignment.ts';
import { Reactors } from '../reactors.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { askTeam } from '../scene.ts';
import { waitingIn } from '../team/team.query.ts';
import { serveNext } from '../team/turn.ts';

/** How many are looked at for one that is for the agent who asks. */
const lookedAt = 500;

/** What an agent got from a queue. */
export type Next = { readonly matter: string; readonly position: number };

/** Throws Rejection `TeamUnknown`. */
export const checkTeam = ({ teams }: Pick<TenantGround, 'teams'>, name: string): void => {
  if (name !== lastTeam.team && !teams.some(({ team }) => team === name))
    throw new Rejection('TeamUnknown', `There is no team ${name}.`);
};

/** Gives agents what waits, when they ask for it. */
@Injectable()
export class QueueDesk {
  constructor(
    @Inject(routing) private readonly options: RoutingOptions,
    private readonly reactors: Reactors,
  ) {}

  /** The next one that waits and is for this agent is theirs; undefined where there is none. */
  async next(source: CallSource, team: string, agent: string): Promise<Next | undefined> {
    const { projectorDb: db, now = () => new Date() } = this.options;
    const { tenant } = callerOf(source);
    const id = agentIdOf(this.options, tenant, agent, '/agent');
    const ground = await groundOf(db, tenant);
    checkTeam(ground, team);
    const known = ground.agents.get(id);
    if (!known || known.removed) throw agentUnknown();
    const moment = { at: now().toISOString(), heard: Number(await reached(db)) };
    const waiting = await waitingIn(db, tenant, team, lookedAt);
    if (waiting.length === 0) return undefined;
    const cause = { id: idFrom(source), correlation: idFrom(source) };
    const facts = await this.reactors.router.ask(
      tenant,
      async (scene) => [await askTeam(scene, { team, cause, decide: serveNext(team, waiting, known) })],
      moment,
    );
    return nextOf(facts, id);
  }
}

const nextOf = (facts: readonly Fact[], agent: string): Next | undefined => {
  const taken = facts.find(
    (fact): fact is Extract<Fact, { type: 'MatterAssigned' }> =>
      fact.type === 'MatterAssigned' && fact.data.agent === agent,
  );
  return taken && { matter: taken.data.matter, position: Number(taken.position) };
};
