import type { Metadata } from '@grpc/grpc-js';
import { Controller, Get, Query, Req, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { uuid } from '@throughline/contracts';
import type {
  ListedTask as Message,
  ListTasksRequest,
  ListTasksResponse,
} from '@throughline/contracts/gen/throughline/timeline/v1/task';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  list,
  needs,
  type Page,
  paging,
  plain,
  timestampOf,
  valid,
} from '@throughline/host';
import { z } from 'zod';
import { pageThen } from '@throughline/service';
import { timesOf } from '../customer/customer.controller.ts';
import { handleParam, type Request, when } from '../edge.ts';
import { type Reader, readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { type Due, type ListedTask, listedTask, listTasks, type TaskFilter, taskStates } from './task.query.ts';

const tasks = list<Due>('tasks', z.strictObject({ due: z.string(), task: uuid }));

const tasksQuery = z
  .strictObject({
    ...paging,
    state: z.enum(taskStates).default('open'),
    owner: handleParam.optional().describe('Whose tasks: a handle, or its id.'),
    customer: handleParam.optional().describe('About which customer: the id, or a handle.'),
    ...when,
  })
  .refine(({ customer, asOf, recordedAsOf }) => customer !== undefined || (asOf ?? recordedAsOf) === undefined, {
    path: ['customer'],
    message: 'is needed to ask about another moment',
  });
type TasksQuery = z.infer<typeof tasksQuery>;
type TaskPage = Page<ListedTask> & { readonly position?: number };

/** What somebody is to do. */
@ApiTags('tasks')
@Controller('v1/tasks')
@SetMetadata(needs, 'open')
export class TaskController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Tasks, those due first first' })
  @ApiResponse(answer(200, pageThen(listedTask), 'A page.'))
  list(@Query({ schema: tasksQuery }) query: TasksQuery, @Req() request: Request): Promise<TaskPage> {
    return this.pageOf(readerOf(request), query);
  }

  @GrpcMethod('TimelineService', 'listTasks')
  async listOverGrpc(request: ListTasksRequest, metadata: Metadata): Promise<ListTasksResponse> {
    const { minPosition, asOf, recordedAsOf, recordedAsOfPosition, ...asked } = request;
    const then = timesOf({ asOf, recordedAsOf, recordedAsOfPosition });
    const query = valid(tasksQuery, { ...(plain(asked) as object), ...then }, 'InvalidQuery');
    const { items, nextCursor, position } = await this.pageOf(readerOf(metadata), { ...query, minPosition });
    const known = position === undefined ? undefined : BigInt(position);
    return { items: items.map(messageOf), nextCursor: nextCursor ?? undefined, position: known };
  }

  private async pageOf(reader: Reader, query: TasksQuery): Promise<TaskPage> {
    const { tenant } = reader;
    const { limit, cursor, state, owner, customer, minPosition, asOf, recordedAsOf } = query;
    const scope = [tenant, state, owner, customer, asOf, recordedAsOf];
    const after = tasks.after(cursor, scope);
    return this.timeline.readThen(reader, { minPosition, asOf, recordedAsOf }, async (reading) => {
      const { moment } = reading;
      const subjects = customer === undefined ? undefined : await this.timeline.handlesBy(reading, customer);
      const filter: TaskFilter = {
        state,
        now: moment?.now ?? this.timeline.now(),
        owner: owner && this.timeline.handleIdOf(tenant, owner, '/owner'),
        subjects,
      };
      const then = (subjects && (await reading.about?.(subjects))) ?? reading;
      const found = await listTasks(then, filter, { after, limit: limit + 1 });
      const { items, nextCursor } = tasks.page(found, limit, ({ place }) => place, scope);
      return { items: items.map(({ task }) => task), nextCursor, ...(moment && { position: Number(moment.position) }) };
    });
  }
}

const messageOf = ({ position, due, snoozedUntil, done, ...task }: ListedTask): Message => ({
  ...task,
  position: BigInt(position),
  due: timestampOf(due),
  snoozedUntil: timestampOf(snoozedUntil),
  done: done && { ...done, at: timestampOf(done.at) },
});
