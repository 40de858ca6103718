import { type DynamicModule, Module } from '@nestjs/common';
import { OwnerController } from './owner/owner.controller.ts';
import { routing, type RoutingOptions } from './routing.ts';
import { TaskController } from './task/task.controller.ts';

/** Who owns what comes next, and by when. */
@Module({})
export class RoutingModule {
  static of(options: RoutingOptions): DynamicModule {
    return {
      module: RoutingModule,
      controllers: [OwnerController, TaskController],
      providers: [{ provide: routing, useValue: options }],
    };
  }
}
