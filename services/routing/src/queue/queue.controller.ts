import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
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
import { pageThen } from '@throughline/service';
import { z } from 'zod';
import { type TeamParam, teamParam } from '../edge.ts';
import { listedMatter, wholeMatter, type WholeMatter } from '../matter/listed.query.ts';
import { listedQueue, type ListedQueue } from './listed.query.ts';
import {
  nextBody, type NextBody, QueueDesk, type QueuePage, queueQuery, type QueueQuery, queuesQuery, type QueuesQuery,
} from './queue.desk.ts'; // prettier-ignore

const next = z.strictObject({ matter: wholeMatter.nullable() });

/** What waits in teams' queues. */
@ApiTags('queues')
@Controller('v1/queues')
export class QueueController {
  constructor(private readonly desk: QueueDesk) {}

  @Get()
  @SetMetadata(needs, 'read')
  @ApiOperation({ summary: 'The queues: how much waits in each, how much for too long, and whether anybody is there' })
  @ApiResponse(answer(200, pageOf(listedQueue), 'A page.'))
  all(@Query({ schema: queuesQuery }) query: QueuesQuery, @Req() request: CallSource): Promise<Page<ListedQueue>> {
    return this.desk.all(callerOf(request).tenant, query);
  }

  @Get(':team')
  @SetMetadata(needs, 'open')
  @ApiOperation({ summary: 'What waits, the most urgent first, then who waits longest' })
  @ApiResponse(answer(200, pageThen(listedMatter), 'A page.'))
  @ApiResponse(problem(404, 'There is no such team.'))
  @ApiResponse(problem(422, 'recordedAsOf is before the first event.'))
  list(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Query({ schema: queueQuery }) query: QueueQuery,
    @Req() request: CallSource,
  ): Promise<QueuePage> {
    return this.desk.list(callerOf(request).tenant, team, query);
  }

  @Post(':team/next')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Take the next one that is for this agent' })
  @ApiResponse(answer(200, next, 'It is theirs; null where nothing waits for them.'))
  @ApiResponse(problem(404, 'There is no such team, or no such agent.'))
  @ApiResponse(problem(409, 'The agent is not in the team.'))
  async next(
    @Param({ schema: teamParam }) { team }: TeamParam,
    @Body({ schema: nextBody }) body: NextBody,
    @Req() request: CallSource,
  ): Promise<{ matter: WholeMatter | null }> {
    return { matter: await this.desk.next(request, team, body) };
  }
}
