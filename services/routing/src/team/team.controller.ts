import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { channel, kind, plainId, streamOf, teamName } from '@throughline/contracts';
import {
  answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, idFrom, list, type Page, pageOf, paging,
  problem,
} from '@throughline/host'; // prettier-ignore
import { z } from 'zod';
import { duration } from '../duration.ts';
import {
  agentOf,
  person,
  readable,
  type TeamParam,
  teamParam,
  waiting,
  type Written,
  written,
  writtenOf,
} from '../edge.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { type Told, transact } from '../transact.ts';
import { teamsAfter } from './listed.query.ts';
import { define, remove, type TeamDecision, type TeamEvent, teams, type TeamState } from './team.ts';

const words = z.array(plainId(128)).max(200);

const body = z.strictObject({
  name: plainId(128).optional(),
  channels: z.array(channel).min(1).optional().describe('Only these; without it all.'),
  kinds: z.array(kind).min(1).optional().describe('Only these; without it all.'),
  languages: words.min(1).optional().describe('Only these (en, pt-BR); without it all.'),
  skills: words.optional().describe('An intent (hardware.screen, hardware) or severity (severity.1) that goes here.'),
  fallback: z
    .strictObject({ handle: z.string().max(512), name: plainId(256).optional() })
    .optional()
    .describe('Who has what waited too long.'),
  waits: duration.default('PT4H').describe('How long a matter may wait in the queue.'),
  offers: duration.optional().describe('How long an agent may take to accept; without it their turn makes it theirs.'),
});
export type TeamBody = z.infer<typeof body>;
export const teamBody = body;

/** A team as callers see it. */
export const listedTeam = body.extend({
  team: teamName,
  fallback: person.optional(),
  waiting: z.int().describe('Matters in its queue.'),
  available: z.int().describe('Agents who take turns now.'),
  agents: z.int(),
});
export type ListedTeam = z.infer<typeof listedTeam>;

const page = list<string>('teams', z.string());
const query = z.strictObject({ ...paging, ...waiting });

/** Teams: what they serve, and how long something may wait there. */
@ApiTags('teams')
@Controller('v1/teams')
export class TeamController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Get()
  @ApiOperation({ summary: 'Teams by name' })
  @ApiResponse(answer(200, pageOf(listedTeam), 'A page.'))
  async list(
    @Query({ schema: query }) asked: z.infer<typeof query>,
    @Req() request: CallSource,
  ): Promise<Page<ListedTeam>> {
    const { tenant } = callerOf(request);
    const { limit, cursor, minPosition } = asked;
    await readable(this.options, minPosition);
    const { db, vault } = this.options;
    const after = page.after(cursor, [tenant]) ?? '';
    const found = await db.asTenant(tenant, (client) => teamsAfter(client, vault, tenant, { after, limit: limit + 1 }));
    return page.page(found, limit, ({ team }) => team, [tenant]);
  }

  @Put(':team')
  @ApiOperation({ summary: 'Say what a team serves from now on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  async define(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Body({ schema: body }) definition: TeamBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    const { tenant } = callerOf(request);
    const { fallback: named, ...rest } = definition;
    const fallback = named && agentOf(this.options, tenant, named, '/fallback/handle');
    return writtenOf(await this.decide(request, team, define({ team, ...rest, ...(fallback && { fallback }) })));
  }

  @Delete(':team')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that there is no such team any more: what waits there is routed again' })
  @ApiResponse(answer(200, written, 'It is gone.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  async remove(@Param({ schema: teamParam }) { team }: TeamParam, @Req() request: CallSource): Promise<Written> {
    return writtenOf(await this.decide(request, team, remove(team)));
  }

  private async decide(source: CallSource, team: string, decide: TeamDecision): Promise<Told> {
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
    return told!;
  }
}
