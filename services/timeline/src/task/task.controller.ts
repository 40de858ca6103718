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
  pageOf,
  paging,
  plain,
  timestampOf,
  valid,
} from '@throughline/host';
import { z } from 'zod';
import { handleParam, type Request, waiting } from '../edge.ts';
import { type Reader, readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { type Due, type ListedTask, listedTask, listTasks, type TaskFilter, taskStates } from './task.query.ts';

const tasks = list<Due>('tasks', z.strictObject({ due: z.string(), task: uuid }));

const tasksQuery = z.strictObject({
  ...paging,
  state: z.enum(taskStates).default('open'),
  owner: handleParam.optional().describe('Whose tasks: a handle, or its id.'),
  customer: handleParam.optional().describe('About which customer: the id, or a handle.'),
  ...waiting,
});
type TasksQuery = z.infer<typeof tasksQuery>;

/** What somebody is to do. */
@ApiTags('tasks')
@Controller('v1/tasks')
@SetMetadata(needs, 'open')
export class TaskController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Tasks, those due first first' })
  @ApiResponse(answer(200, pageOf(listedTask), 'A page.'))
  list(@Query({ schema: tasksQuery }) query: TasksQuery, @Req() request: Request): Promise<Page<ListedTask>> {
    return this.pageOf(readerOf(request), query);
  }

  @GrpcMethod('TimelineService', 'listTasks')
  async listOverGrpc({ minPosition, ...asked }: ListTasksRequest, metadata: Metadata): Promise<ListTasksResponse> {
    const query = valid(tasksQuery, plain(asked), 'InvalidQuery');
    const { items, nextCursor } = await this.pageOf(readerOf(metadata), { ...query, minPosition });
    return { items: items.map(messageOf), nextCursor: nextCursor ?? undefined };
  }

  private async pageOf(reader: Reader, query: TasksQuery): Promise<Page<ListedTask>> {
    const { tenant } = reader;
    const { limit, cursor, state, owner, customer, minPosition } = query;
    const scope = [tenant, state, owner, customer];
    const after = tasks.after(cursor, scope);
    return this.timeline.read(reader, minPosition, async (reading) => {
      const filter: TaskFilter = {
        state,
        now: this.timeline.now(),
        owner: owner && this.timeline.handleIdOf(tenant, owner, '/owner'),
        subjects: customer === undefined ? undefined : await this.timeline.handlesBy(reading, customer),
      };
      const found = await listTasks(reading, filter, { after, limit: limit + 1 });
      const { items, nextCursor } = tasks.page(found, limit, ({ place }) => place, scope);
      return { items: items.map(({ task }) => task), nextCursor };
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
