import { Body, Controller, HttpCode, Param, Post, Req, SetMetadata } from '@nestjs/common';
import { uuid } from '@throughline/contracts';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type CallSource,
  idempotencyKey,
  needs,
  problem,
} from '@throughline/host';
import { z } from 'zod';
import { type IdParam, idParam } from '../edge.ts';
import {
  completionBody,
  type CompletionBody,
  newOwnerBody,
  type NewOwnerBody,
  snoozeBody,
  type SnoozeBody,
  taskBody,
  type TaskBody,
  TaskDesk,
} from './task.desk.ts';

const scheduled = z.strictObject({ id: uuid.describe('The task.'), event: uuid, position: z.int() });
const written = z.strictObject({ position: z.int() });
type Written = z.infer<typeof written>;

/** What somebody is to do for a customer. */
@ApiTags('tasks')
@Controller('v1')
@SetMetadata(needs, 'work')
export class TaskController {
  constructor(private readonly desk: TaskDesk) {}

  @Post('customers/:id/tasks')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Have somebody do something for a customer by an instant' })
  @ApiResponse(answer(201, scheduled, 'Scheduled.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  @ApiResponse(problem(410, 'The customer was erased.'))
  schedule(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: taskBody }) body: TaskBody,
    @Req() request: CallSource,
  ): Promise<Written & { readonly id: string }> {
    return this.desk.schedule(request, id, body);
  }

  @Post('tasks/:id/completion')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that a task was done; once, whoever says it' })
  @ApiResponse(answer(200, written, 'It is done, now or before.'))
  @ApiResponse(problem(404, 'No task has this id.'))
  @ApiResponse(problem(409, 'It was done before, with another outcome.'))
  async complete(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: completionBody.optional() }) body: CompletionBody | undefined,
    @Req() request: CallSource,
  ): Promise<Written> {
    const { position } = await this.desk.complete(request, id, body ?? {});
    return { position };
  }

  @Post('tasks/:id/snooze')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Let a task rest until an instant' })
  @ApiResponse(answer(200, written, 'It rests until then, now or before.'))
  @ApiResponse(problem(404, 'No task has this id.'))
  @ApiResponse(problem(409, 'It is done.'))
  async snooze(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: snoozeBody }) body: SnoozeBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    const { position } = await this.desk.snooze(request, id, body);
    return { position };
  }

  @Post('tasks/:id/owner')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Have somebody else do it' })
  @ApiResponse(answer(200, written, 'It is theirs, now or before.'))
  @ApiResponse(problem(404, 'No task has this id, or there is no such agent any more.'))
  @ApiResponse(problem(409, 'It is done.'))
  async handOn(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newOwnerBody }) body: NewOwnerBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    const { position } = await this.desk.handOn(request, id, body);
    return { position };
  }
}
