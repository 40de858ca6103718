import type { Metadata } from '@grpc/grpc-js';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { instant, type Party, plainText, streamOf, uuid } from '@throughline/contracts';
import type {
  CompleteTaskRequest,
  CompleteTaskResponse,
  ScheduleTaskRequest,
  ScheduleTaskResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/routing';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idFrom,
  plain,
  problem,
  valid,
} from '@throughline/host';
import { z } from 'zod';
import { customerFor } from '../customer.ts';
import { agentUnknown } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { partyOf } from '../party.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { type Told, transact } from '../transact.ts';
import {
  complete,
  handOn,
  schedule,
  snooze,
  type Task,
  type TaskDecision,
  type TaskEvent,
  taskHears,
  tasks,
} from './task.ts';

const newTask = z.strictObject({
  what: plainText(10_000),
  owner: z.string().max(512).describe('Who is to do it, such as email:bo@acme.example.'),
  name: plainText(256).optional().describe('That person’s name.'),
  due: instant,
});
type NewTask = z.infer<typeof newTask>;

const completion = z.strictObject({ outcome: plainText(10_000).optional() });
type Completion = z.infer<typeof completion>;

const scheduled = z.strictObject({ id: uuid.describe('The task.'), event: uuid, position: z.int() });
const completed = z.strictObject({ position: z.int() });
const snoozing = z.strictObject({ until: instant.describe('It rests until then, and stays due when it is.') });
const newOwner = newTask.pick({ owner: true, name: true });
type NewOwner = z.infer<typeof newOwner>;
const idParam = z.strictObject({ id: uuid.toLowerCase() });
type IdParam = z.infer<typeof idParam>;

/** What somebody is to do for a customer. */
@ApiTags('tasks')
@Controller('v1')
export class TaskController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Post('customers/:id/tasks')
  @ApiOperation({ summary: 'Have somebody do something for a customer by an instant' })
  @ApiResponse(answer(201, scheduled, 'Scheduled.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  async scheduleOne(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newTask }) body: NewTask,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof scheduled>> {
    const { task, told } = await this.schedule(request, id, body);
    return { id: task, event: told.event, position: Number(told.position) };
  }

  @Post('tasks/:id/completion')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that a task was done; once, whoever says it' })
  @ApiResponse(answer(200, completed, 'It is done, now or before.'))
  @ApiResponse(problem(404, 'No task has this id.'))
  async completeOne(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: completion.optional() }) body: Completion | undefined,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof completed>> {
    return { position: Number((await this.complete(request, id, body ?? {})).position) };
  }

  @Post('tasks/:id/snooze')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a task rest until an instant' })
  @ApiResponse(answer(200, completed, 'It rests until then, now or before.'))
  @ApiResponse(problem(404, 'No task has this id.'))
  @ApiResponse(problem(409, 'It is done.'))
  async snooze(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: snoozing }) { until }: z.infer<typeof snoozing>,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof completed>> {
    const { now = () => new Date() } = this.options;
    // Asked again, it may be over by then.
    const told = await this.decide(request, id, snooze(id, until, now().toISOString()), { until });
    return { position: Number(told.position) };
  }

  @Post('tasks/:id/owner')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have somebody else do it' })
  @ApiResponse(answer(200, completed, 'It is theirs, now or before.'))
  @ApiResponse(problem(404, 'No task has this id, or there is no such agent any more.'))
  @ApiResponse(problem(409, 'It is done.'))
  async handOn(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: newOwner }) body: NewOwner,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof completed>> {
    const to = await this.ownerOf(callerOf(request).tenant, body);
    return { position: Number((await this.decide(request, id, handOn(id, to))).position) };
  }

  @GrpcMethod('RoutingService', 'scheduleTask')
  async scheduleTask(request: ScheduleTaskRequest, metadata: Metadata): Promise<ScheduleTaskResponse> {
    const { customerId, ...rest } = request;
    const { id } = valid(idParam, { id: customerId });
    const { task, told } = await this.schedule(metadata, id, valid(newTask, plain(rest)));
    return { id: task, position: told.position };
  }

  @GrpcMethod('RoutingService', 'completeTask')
  async completeTask({ id, outcome }: CompleteTaskRequest, metadata: Metadata): Promise<CompleteTaskResponse> {
    const { id: task } = valid(idParam, { id });
    return { position: (await this.complete(metadata, task, valid(completion, { outcome }))).position };
  }

  private async schedule(source: CallSource, id: string, body: NewTask): Promise<{ task: string; told: Told }> {
    const { tenant } = callerOf(source);
    const customer = await customerFor(this.options, tenant, id);
    const { what, due } = body;
    const owner = await this.ownerOf(tenant, body);
    // The stream's name; the event has another id, under the same key the same again.
    const task = idFrom(source, 1);
    const told = await this.decide(source, task, schedule(task, { subject: customer.id, what, owner, due }));
    return { task, told };
  }

  /** Who is to do it: anybody but an agent who was removed. Throws Rejections `HandleInvalid`, `AgentUnknown`. */
  private async ownerOf(tenant: string, { owner, name }: NewOwner): Promise<Party> {
    const party = partyOf(this.options, tenant, owner, name);
    const { agents } = await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
    if (agents.get(party.id)?.removed) throw agentUnknown('/owner');
    return party;
  }

  private complete(source: CallSource, task: string, { outcome }: Completion): Promise<Told> {
    return this.decide(source, task, complete(task, outcome));
  }

  private async decide(source: CallSource, task: string, decide: TaskDecision, content?: object): Promise<Told> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<Task, TaskEvent>(this.options, {
      tenant,
      stream: streamOf.task(task),
      noun: tasks,
      hears: taskHears,
      decide,
      id: idFrom(source),
      actor,
      content,
    });
    return told!;
  }
}
