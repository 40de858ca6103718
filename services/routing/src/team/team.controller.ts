import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, SetMetadata } from '@nestjs/common';
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
import { type TeamParam, teamParam, type Written, written } from '../edge.ts';
import {
  listedTeam,
  type ListedTeam,
  teamBody,
  type TeamBody,
  TeamDesk,
  teamQuery,
  type TeamQuery,
} from './team.desk.ts';

/** Teams: what they serve, and how long something may wait there. */
@ApiTags('teams')
@Controller('v1/teams')
@SetMetadata(needs, 'lead')
export class TeamController {
  constructor(private readonly desk: TeamDesk) {}

  @Get()
  @SetMetadata(needs, 'open')
  @ApiOperation({ summary: 'Teams by name' })
  @ApiResponse(answer(200, pageOf(listedTeam), 'A page.'))
  list(@Query({ schema: teamQuery }) query: TeamQuery, @Req() request: CallSource): Promise<Page<ListedTeam>> {
    return this.desk.list(callerOf(request).tenant, query);
  }

  @Put(':team')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say what a team serves from now on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  define(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Body({ schema: teamBody }) body: TeamBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.define(request, team, body);
  }

  @Delete(':team')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that there is no such team any more: what waits there is routed again' })
  @ApiResponse(answer(200, written, 'It is gone.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  remove(@Param({ schema: teamParam }) { team }: TeamParam, @Req() request: CallSource): Promise<Written> {
    return this.desk.remove(request, team);
  }
}
