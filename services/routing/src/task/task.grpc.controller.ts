import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CompleteTaskRequest,
  CompleteTaskResponse,
  HandOnTaskRequest,
  HandOnTaskResponse,
  ScheduleTaskRequest,
  ScheduleTaskResponse,
  SnoozeTaskRequest,
  SnoozeTaskResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { needs, plain, valid } from '@throughline/host';
import { idOf } from '../edge.ts';
import { completionBody, newOwnerBody, snoozeBody, taskBody, TaskDesk } from './task.desk.ts';

/** What somebody is to do for a customer, over gRPC. */
@Controller()
@SetMetadata(needs, 'work')
export class TaskGrpcController {
  constructor(private readonly desk: TaskDesk) {}

  @GrpcMethod('RoutingService', 'scheduleTask')
  async schedule({ customerId, ...body }: ScheduleTaskRequest, metadata: Metadata): Promise<ScheduleTaskResponse> {
    const { id, position } = await this.desk.schedule(metadata, idOf(customerId), valid(taskBody, plain(body)));
    return { id, position: BigInt(position) };
  }

  @GrpcMethod('RoutingService', 'completeTask')
  async complete({ id, ...body }: CompleteTaskRequest, metadata: Metadata): Promise<CompleteTaskResponse> {
    const { position } = await this.desk.complete(metadata, idOf(id), valid(completionBody, plain(body)));
    return { position: BigInt(position) };
  }

  @GrpcMethod('RoutingService', 'snoozeTask')
  async snooze({ id, ...body }: SnoozeTaskRequest, metadata: Metadata): Promise<SnoozeTaskResponse> {
    const { position } = await this.desk.snooze(metadata, idOf(id), valid(snoozeBody, plain(body)));
    return { position: BigInt(position) };
  }

  @GrpcMethod('RoutingService', 'handOnTask')
  async handOn({ id, ...body }: HandOnTaskRequest, metadata: Metadata): Promise<HandOnTaskResponse> {
    const { position } = await this.desk.handOn(metadata, idOf(id), valid(newOwnerBody, plain(body)));
    return { position: BigInt(position) };
  }
}
