import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  needs,
  type Page,
  pageOf,
  problem,
} from '@throughline/host';
import { type IdParam, idParam, type Written, written } from '../edge.ts';
import {
  agentBody, type AgentBody, AgentDesk, agentQuery, type AgentQuery, capacityBody, type CapacityBody, defined,
  type Defined, listedAgent, type ListedAgent, presenceBody, type PresenceBody,
} from './agent.desk.ts'; // prettier-ignore

const unknown = problem(404, 'No agent has this id.');
const done = answer(200, written, 'So it is, now or before.');

/** Agents: their teams, what they are for, how much they take, and whether they are there. */
@ApiTags('agents')
@Controller('v1/agents')
@SetMetadata(needs, 'lead')
export class AgentController {
  constructor(private readonly desk: AgentDesk) {}

  @Get()
  @SetMetadata(needs, 'open')
  @ApiOperation({ summary: 'Agents, of a team, or the one of a handle' })
  @ApiResponse(answer(200, pageOf(listedAgent), 'A page.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  list(@Query({ schema: agentQuery }) query: AgentQuery, @Req() request: CallSource): Promise<Page<ListedAgent>> {
    return this.desk.list(callerOf(request).tenant, query);
  }

  @Post()
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say whom teams may give work to, or something else about them' })
  @ApiResponse(answer(201, defined, 'So it is, now or before.'))
  define(@Body({ schema: agentBody }) body: AgentBody, @Req() request: CallSource): Promise<Defined> {
    return this.desk.define(request, body);
  }

  @Put(':id/presence')
  @SetMetadata(needs, 'work')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say whether an agent takes turns now' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  appear(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: presenceBody }) { presence }: PresenceBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.appear(request, id, presence);
  }

  @Put(':id/capacity')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say how many turns an agent takes at a time' })
  @ApiResponse(done)
  @ApiResponse(unknown)
  resize(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: capacityBody }) { capacity }: CapacityBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.resize(request, id, capacity);
  }

  @Delete(':id')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that an agent is no longer here: all that they have is handed on' })
  @ApiResponse(answer(200, written, 'They are gone, now or before.'))
  @ApiResponse(unknown)
  remove(@Param({ schema: idParam }) { id }: IdParam, @Req() request: CallSource): Promise<Written> {
    return this.desk.remove(request, id);
  }
}
