import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { channel, eventSchemas, plainId, streamOf, teamName, uuid } from '@throughline/contracts';
import {
  answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, idFrom, list, type Page, pageOf, paging,
  problem,
} from '@throughline/host'; // prettier-ignore
import { z } from 'zod';
import {
  agentIdOf, agentName, agentOf, type IdParam, idParam, readable, waiting, type Written, written, writtenOf,
} from '../edge.ts'; // prettier-ignore
import { routing, type RoutingOptions } from '../routing.ts';
import { type Told, transact } from '../transact.ts';
import {
  agents,
  type AgentDecision,
  type AgentEvent,
  type AgentState,
  appear,
  define,
  remove,
  resize,
} from './agent.ts';
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
export const capacityBody = z.strictObject({ capacity });

/** An agent as callers see them. */
export const listedAgent = agentBody.extend({
  id: uuid,
  handle: z.string().optional(),
  presence,
  turns: z.int().describe('Turns that they have now.'),
  matters: z.int().describe('Open matters that are theirs.'),
});
export type ListedAgent = z.infer<typeof listedAgent>;

const defined = written.extend({ id: uuid });
export type Defined = z.infer<typeof defined>;

const page = list<string>('agents', uuid);
const query = z.strictObject({
  ...paging,
  team: teamName.optional(),
  agent: agentName.optional(),
  ...waiting,
});
export type AgentQuery = z.infer<typeof query>;
export const agentQuery = query;

/** Agents: their teams, what they are for, how much they take, and whether they are there. */
@ApiTags('agents')
@Controller('v1/agents')
export class AgentController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Get()
  @ApiOperation({ summary: 'Agents, of a team, or the one of a handle' })
  @ApiResponse(answer(200, pageOf(listedAgent), 'A page.'))
  async list(@Query({ schema: query }) asked: AgentQuery, @Req() request: CallSource): Promise<Page<ListedAgent>> {
    const { tenant } = callerOf(request);
    const { limit, cursor, team, agent, minPosition } = asked;
    await readable(this.options, minPosition);
    const { db, vault } = this.options;
    const scope = [tenant, team, agent];
    const which = {
      team,
      agent: agent === undefined ? undefined : agentIdOf(this.options, tenant, agent, '/agent'),
      after: page.after(cursor, scope),
      limit: limit + 1,
    };
    const found = await db.asTenant(tenant, (client) => agentsAfter(client, vault, tenant, which));
    return page.page(found, limit, ({ id }) => id, scope);
  }

  @Post()
  @ApiOperation({ summary: 'Say whom teams may give work to, or something else about them' })
  @ApiResponse(answer(201, defined, 'So it is, now or before.'))
  async define(@Body({ schema: agentBody }) body: AgentBody, @Req() request: CallSource): Promise<Defined> {
    const { tenant } = callerOf(request);
    const { handle, name, ...rest } = body;
    const agent = agentOf(this.options, tenant, { handle, name }, '/handle');
    return { id: agent.id, ...writtenOf(await this.decide(request, agent.id, define({ agent, ...rest }))) };
  }

  @Put(':id/presence')
  @ApiOperation({ summary: 'Say whether an agent takes turns now' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'No agent has this id.'))
  async appear(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: presenceBody }) body: z.infer<typeof presenceBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.decide(request, id, appear(id, body.presence)));
  }

  @Put(':id/capacity')
  @ApiOperation({ summary: 'Say how many turns an agent takes at a time' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'No agent has this id.'))
  async resize(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: capacityBody }) body: z.infer<typeof capacityBody>,
    @Req() request: CallSource,
  ): Promise<Written> {
    return writtenOf(await this.decide(request, id, resize(body.capacity)));
  }

  @Delete(':id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that an agent is no longer here: all that they have is handed on' })
  @ApiResponse(answer(200, written, 'They are gone, now or before.'))
  @ApiResponse(problem(404, 'No agent has this id.'))
  async remove(@Param({ schema: idParam }) { id }: IdParam, @Req() request: CallSource): Promise<Written> {
    return writtenOf(await this.decide(request, id, remove(id)));
  }

  private async decide(source: CallSource, agent: string, decide: AgentDecision): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<AgentState, AgentEvent>(this.options, {
      tenant,
      stream: streamOf.agent(agent),
      noun: agents,
      hears: ['AgentDefined', 'AgentPresenceChanged', 'AgentRemoved'],
      decide,
      id: idFrom(source),
      actor,
    });
    return told!;
  }
}
