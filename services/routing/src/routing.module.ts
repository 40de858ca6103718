import { type DynamicModule, Module } from '@nestjs/common';
import { AgentController } from './agent/agent.controller.ts';
import { MatterDesk } from './matter/desk.ts';
import { MatterController } from './matter/matter.controller.ts';
import { OwnerController } from './owner/owner.controller.ts';
import { PolicyController } from './policy/policy.controller.ts';
import { QueueController } from './queue/queue.controller.ts';
import { QueueDesk } from './queue/queue.desk.ts';
import { Reactors } from './reactors.ts';
import { RouteController } from './route/route.controller.ts';
import { RouteDesk } from './route/route.desk.ts';
import { routing, type RoutingOptions } from './routing.ts';
import { TaskController } from './task/task.controller.ts';
import { TeamController } from './team/team.controller.ts';

/** Who owns what comes next, and by when. */
@Module({})
export class RoutingModule {
  static of(options: RoutingOptions): DynamicModule {
    return {
      module: RoutingModule,
      controllers: [
        OwnerController,
        TaskController,
        MatterController,
        QueueController,
        TeamController,
        AgentController,
        PolicyController,
        RouteController,
      ],
      providers: [{ provide: routing, useValue: options }, Reactors, MatterDesk, QueueDesk, RouteDesk],
      exports: [Reactors],
    };
  }
}
