import { Inject, Injectable } from '@nestjs/common';
import { channel, eventSchemas, plainId, streamOf, teamName, uuid } from '@throughline/contracts';
import { type Fault, Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom, list, type Page, paging } from '@throughline/host';
import { z } from 'zod';
import { agentIdOf, agentName, agentOf, readable, waiting, type Written, written, writtenOf } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { lastTeam } from '../matter/assignment.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { teamNamed } from '../team/named.query.ts';
import { transact } from '../transact.ts';
import {
  type AgentDecision, type AgentEvent, agents, type AgentState, appear, define, type Presence, remove, resize,
} from './agent.ts'; // prettier-ignore
import { agentsAfter } from './listed.query.ts';

const words = z.array(plainId(128)).max(200);
const presence = eventSchemas.AgentPresenceChanged.shape.presence;
const capacity = z.int().min(0).max(10_000).describe('How many turns at a time, over all teams.');

export const agentBody = z.strictObject({
  handle: z.string().max(512).describe('Such as email:bo@acme.example.'),
  name: plainId(256).optional(),
  teams: z.array(teamName).max(100).default([]),
  skills: words.min(1).optional().describe('Only what asks for these; without it all.'),
  languages: words.min(1).optional().describe('Only these; without it all.'),
  channels: z.array(channel).min(1).optional().describe('Only these; without it all.'),
  capacity: capacity.default(10),
});
export type AgentBody = z.infer<typeof agentBody>;
export const presenceBody = z.strictObject({ presence });
export type PresenceBody = z.infer<typeof presenceBody>;
export const capacityBody = z.strictObject({ capacity });
export type CapacityBody = z.infer<typeof capacityBody>;

/** An agent as callers see them. */
export const listedAgent = agentBody.extend({
  id: uuid,
  handle: z.string().optional(),
  presence,
  turns: z.int().describe('Turns that they have now.'),
  matters: z.int().describe('Open matters that are theirs.'),
});
export type ListedAgent = z.infer<typeof listedAgent>;

export const defined = written.extend({ id: uuid });
export type Defined = z.infer<typeof defined>;

const page = list<string>('agents', uuid);
export const agentQuery = z.strictObject({
  ...paging,
  team: teamName.optional(),
  agent: agentName.optional(),
  ...waiting,
});
export type AgentQuery = z.infer<typeof agentQuery>;

/** What people do with agents, whichever way they ask. */
@Injectable()
export class AgentDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** Agents by id. Throws Rejections `HandleInvalid`, `TeamUnknown`. */
  async list(tenant: string, { limit, cursor, team, agent, minPosition }: AgentQuery): Promise<Page<ListedAgent>> {
    const { db, vault } = this.options;
    const scope = [tenant, team, agent];
    const which = {
      team,
      agent: agent === undefined ? undefined : agentIdOf(this.options, tenant, agent, '/agent'),
      after: page.after(cursor, scope),
      limit: limit + 1,
    };
    await readable(this.options, minPosition);
    await teamNamed(this.options, tenant, team);
    const found = await db.asTenant(tenant, (client) => agentsAfter(client, vault, tenant, which));
    return page.page(found, limit, ({ id }) => id, scope);
  }

  /** What the agent does from now on. Throws Rejections `HandleInvalid`, and `InvalidBody` where there is no such team. */
  async define(source: CallSource, { handle, name, ...rest }: AgentBody): Promise<Defined> {
    const { tenant } = callerOf(source);
    const agent = agentOf(this.options, tenant, { handle, name }, '/handle');
    const faults = await this.faultsIn(tenant, rest.teams);
    const decide: AgentDecision = (state) => {
      if (faults.length > 0) throw new Rejection('InvalidBody', 'There is no such team.', faults);
      return define({ agent, ...rest })(state);
    };
    return { id: agent.id, ...(await this.decide(source, agent.id, decide, { agent, ...rest })) };
  }

  /** Which of these are no teams; what was defined a moment ago is waited for. */
  private async faultsIn(tenant: string, teams: readonly string[]): Promise<Fault[]> {
    const { db, ledger } = this.options;
    const look = async (): Promise<Fault[]> => {
      const { teams: known } = await db.asTenant(tenant, (client) => groundOf(client, tenant));
      const names = new Set([lastTeam, ...known].map(({ team }) => team));
      return teams.flatMap((team, nth) =>
        names.has(team) ? [] : [{ pointer: `/teams/${nth}`, reason: 'names no team: define it first' }],
      );
    };
    const faults = await look();
    if (faults.length === 0) return [];
    await readable(this.options, await ledger.head());
    return look();
  }

  /** Whether they take turns now. Throws Rejection `AgentUnknown`, as the next two do. */
  appear(source: CallSource, id: string, now: Presence): Promise<Written> {
    return this.decide(source, id, appear(id, now));
  }

  /** How many turns they take at a time. */
  resize(source: CallSource, id: string, turns: number): Promise<Written> {
    return this.decide(source, id, resize(turns));
  }

  /** They are no longer here. */
  remove(source: CallSource, id: string): Promise<Written> {
    return this.decide(source, id, remove(id));
  }

  private async decide(source: CallSource, agent: string, decide: AgentDecision, content?: object): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<AgentState, AgentEvent>(this.options, {
      tenant,
      stream: streamOf.agent(agent),
      noun: agents,
      hears: ['AgentDefined', 'AgentPresenceChanged', 'AgentRemoved'],
      decide,
      content,
      id: idFrom(source),
      actor,
    });
    return writtenOf(told!);
  }
}
