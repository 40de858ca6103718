import { Inject, Injectable } from '@nestjs/common';
import { channel, duration, kind, millisecondsOf, plainId, streamOf, teamName } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { callerOf, type CallSource, idFrom, list, type Page, paging } from '@throughline/host';
import { z } from 'zod';
import { agentOf, person, readable, waiting, type Written, writtenOf } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { isAgent } from '../matter/assignment.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { transact } from '../transact.ts';
import { teamsAfter } from './listed.query.ts';
import { define, remove, type TeamDecision, type TeamEvent, teams, type TeamState } from './team.ts';

const some = duration.refine((text) => millisecondsOf(text) > 0, 'is no time at all');
const words = z.array(plainId(128)).max(200);

export const teamBody = z.strictObject({
  name: plainId(128).optional(),
  channels: z.array(channel).min(1).optional().describe('Only these; without it all.'),
  kinds: z.array(kind).min(1).optional().describe('Only these; without it all.'),
  languages: words.min(1).optional().describe('Only these (en, pt-BR); without it all.'),
  skills: words.optional().describe('An intent (hardware.screen, hardware) or severity (severity.1) that goes here.'),
  fallback: z
    .strictObject({ handle: z.string().max(512), name: plainId(256).optional() })
    .optional()
    .describe('Who has what waited too long: an agent.'),
  waits: some.default('PT4H').describe('How long a matter may wait in the queue.'),
  offers: some.optional().describe('How long an agent may take to accept; without it their turn makes it theirs.'),
});
export type TeamBody = z.infer<typeof teamBody>;

/** A team as callers see it. */
export const listedTeam = teamBody.extend({
  team: teamName,
  fallback: person.optional(),
  waiting: z.int().describe('Matters in its queue.'),
  waitingSince: z.string().optional().describe('Since when the one is in it that is there longest.'),
  available: z.int().describe('Agents who take turns now.'),
  agents: z.int(),
});
export type ListedTeam = z.infer<typeof listedTeam>;

const nobody = (): Rejection =>
  new Rejection('InvalidBody', 'The fallback is no agent: add them first.', [
    { pointer: '/fallback/handle', reason: 'names no agent' },
  ]);

const page = list<string>('teams', z.string());
export const teamQuery = z.strictObject({ ...paging, ...waiting });
export type TeamQuery = z.infer<typeof teamQuery>;

/** What people do with teams, whichever way they ask. */
@Injectable()
export class TeamDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** Teams by name. */
  async list(tenant: string, { limit, cursor, minPosition }: TeamQuery): Promise<Page<ListedTeam>> {
    const { db, vault } = this.options;
    const range = { after: page.after(cursor, [tenant]) ?? '', limit: limit + 1 };
    await readable(this.options, minPosition);
    const found = await db.asTenant(tenant, (client) => teamsAfter(client, vault, tenant, range));
    return page.page(found, limit, ({ team }) => team, [tenant]);
  }

  /** What the team serves from now on. Throws Rejections `HandleInvalid`, and `InvalidBody` where the fallback is no agent. */
  async define(source: CallSource, team: string, { fallback: named, ...rest }: TeamBody): Promise<Written> {
    const { tenant } = callerOf(source);
    const fallback = named && agentOf(this.options, tenant, named, '/fallback/handle');
    const isNobody = fallback !== undefined && !(await this.isAgent(tenant, fallback.id));
    const decide = define({ team, ...rest, ...(fallback && { fallback }) });
    return this.decide(source, team, (state) => {
      if (isNobody) throw nobody();
      return decide(state);
    });
  }

  /** Whether they are an agent now; what was defined a moment ago is waited for. */
  private async isAgent(tenant: string, id: string): Promise<boolean> {
    const { db, ledger } = this.options;
    const look = async (): Promise<boolean> => {
      return isAgent(await db.asTenant(tenant, (client) => groundOf(client, tenant)), id);
    };
    if (await look()) return true;
    await readable(this.options, await ledger.head());
    return look();
  }

  /** There is no such team any more. Throws Rejection `TeamUnknown`. */
  remove(source: CallSource, team: string): Promise<Written> {
    return this.decide(source, team, remove(team));
  }

  private async decide(source: CallSource, team: string, decide: TeamDecision): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<TeamState, TeamEvent>(this.options, {
      tenant,
      stream: streamOf.team(team),
      noun: teams,
      hears: ['TeamDefined', 'TeamRemoved'],
      decide,
      id: idFrom(source),
      actor,
    });
    return writtenOf(told!);
  }
}
