import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, SetMetadata } from '@nestjs/common';
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
import { type IdParam, idParam, type Written, written } from '../edge.ts';
import { listedPromise, type ListedPromise } from './listed.query.ts';
import type { PromisePolicy } from './policy.ts';
import {
  dueQuery, type DueQuery, groundQuery, type GroundQuery, PromiseDesk, type PromisePage, promisePolicy, promisePolicyBody, type PromisePolicyBody, promisesQuery,
  type PromisesQuery,
} from './promise.desk.ts'; // prettier-ignore

/** Which answers customers were promised, and by when. */
@ApiTags('promises')
@Controller('v1')
export class PromiseController {
  constructor(private readonly desk: PromiseDesk) {}

  @Get('customers/:id/promises')
  @SetMetadata(needs, 'open')
  @ApiOperation({ summary: 'The answers that a customer was promised: by when, and who has the matter' })
  @ApiResponse(answer(200, pageThen(listedPromise), 'A page, those that count from latest first.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  @ApiResponse(problem(410, 'The customer was erased.'))
  @ApiResponse(problem(422, 'recordedAsOf is before the first event.'))
  list(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: promisesQuery }) query: PromisesQuery,
    @Req() request: CallSource,
  ): Promise<PromisePage> {
    return this.desk.list(callerOf(request).tenant, id, query);
  }

  @Get('promises')
  @SetMetadata(needs, 'open')
  @ApiOperation({ summary: 'The answers that are due, of all customers, the first that is due first' })
  @ApiResponse(answer(200, pageOf(listedPromise), 'A page.'))
  due(@Query({ schema: dueQuery }) query: DueQuery, @Req() request: CallSource): Promise<Page<ListedPromise>> {
    return this.desk.due(callerOf(request).tenant, query);
  }

  @Post('matters/:id/wait')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that it waits for the customer: no time of ours passes until they write' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'There is no such matter.'))
  @ApiResponse(problem(409, 'No answer is due in it.'))
  wait(@Param({ schema: idParam }) { id }: IdParam, @Req() request: CallSource): Promise<Written> {
    return this.desk.wait(request, id);
  }

  @Get('policies/promise')
  @SetMetadata(needs, 'read')
  @ApiOperation({ summary: 'What is promised' })
  @ApiResponse(answer(200, promisePolicy, 'What holds now.'))
  policy(@Query({ schema: groundQuery }) query: GroundQuery, @Req() request: CallSource): Promise<PromisePolicy> {
    return this.desk.policy(callerOf(request).tenant, query);
  }

  @Put('policies/promise')
  @SetMetadata(needs, 'lead')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say what is promised from now on; what was promised stays' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(422, 'A rule names no calendar, or says what cannot be.'))
  set(@Body({ schema: promisePolicyBody }) body: PromisePolicyBody, @Req() request: CallSource): Promise<Written> {
    return this.desk.set(request, body);
  }
}
