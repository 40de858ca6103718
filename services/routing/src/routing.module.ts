import { type DynamicModule, Module } from '@nestjs/common';
import { AgentController } from './agent/agent.controller.ts';
import { AgentDesk } from './agent/agent.desk.ts';
import { AgentGrpcController } from './agent/agent.grpc.controller.ts';
import { MatterDesk } from './matter/desk.ts';
import { MatterController } from './matter/matter.controller.ts';
import { MatterGrpcController } from './matter/matter.grpc.controller.ts';
import { SplitDesk } from './matter/split.desk.ts';
import { OwnerController } from './owner/owner.controller.ts';
import { PolicyController } from './policy/policy.controller.ts';
import { PolicyDesk } from './policy/policy.desk.ts';
import { PolicyGrpcController } from './policy/policy.grpc.controller.ts';
import { CalendarController } from './promise/calendar.controller.ts';
import { CalendarDesk } from './promise/calendar.desk.ts';
import { CalendarGrpcController } from './promise/calendar.grpc.controller.ts';
import { PromiseController } from './promise/promise.controller.ts';
import { PromiseGrpcController } from './promise/promise.grpc.controller.ts';
import { PromiseDesk } from './promise/promise.desk.ts';
import { QueueController } from './queue/queue.controller.ts';
import { QueueDesk } from './queue/queue.desk.ts';
import { QueueGrpcController } from './queue/queue.grpc.controller.ts';
import { Reactors } from './reactors.ts';
import { RouteController } from './route/route.controller.ts';
import { RouteDesk } from './route/route.desk.ts';
import { RouteGrpcController } from './route/route.grpc.controller.ts';
import { routing, type RoutingOptions } from './routing.ts';
import { TaskController } from './task/task.controller.ts';
import { TaskDesk } from './task/task.desk.ts';
import { TaskGrpcController } from './task/task.grpc.controller.ts';
import { TeamController } from './team/team.controller.ts';
import { TeamDesk } from './team/team.desk.ts';
import { TeamGrpcController } from './team/team.grpc.controller.ts';

const desks = [
  AgentDesk,
  CalendarDesk,
  MatterDesk,
  PolicyDesk,
  PromiseDesk,
  QueueDesk,
  RouteDesk,
  SplitDesk,
  TaskDesk,
  TeamDesk,
];
const controllers = [
  OwnerController,
  TaskController,
  TaskGrpcController,
  AgentController,
  AgentGrpcController,
  MatterController,
  MatterGrpcController,
  PolicyController,
  PolicyGrpcController,
  CalendarController,
  CalendarGrpcController,
  PromiseController,
  PromiseGrpcController,
  QueueController,
  QueueGrpcController,
  RouteController,
  RouteGrpcController,
  TeamController,
  TeamGrpcController,
];

/** Who owns what comes next, and by when. */
@Module({})
export class RoutingModule {
  static of(options: RoutingOptions): DynamicModule {
    return {
      module: RoutingModule,
      controllers,
      providers: [{ provide: routing, useValue: options }, Reactors, ...desks],
      exports: [Reactors],
    };
  }
}
