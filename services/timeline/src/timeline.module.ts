import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AsyncApiController } from './asyncapi/asyncapi.controller.ts';
import { AccountController } from './account/account.controller.ts';
import { BriefController } from './brief/brief.controller.ts';
import { CustomerController } from './customer/customer.controller.ts';
import { EntryController } from './entry/entry.controller.ts';
import { EntryGrpcController } from './entry/entry.grpc.controller.ts';
import { EventController } from './event/event.controller.ts';
import { GistController } from './gist/gist.controller.ts';
import { ParkedController } from './parked/parked.controller.ts';
import { ProjectionController } from './projection/projection.controller.ts';
import { Rebuilds } from './projection/rebuilds.ts';
import { Notary } from './proof/notary.ts';
import { ProofController } from './proof/proof.controller.ts';
import { ProofGrpcController } from './proof/proof.grpc.controller.ts';
import { Proof } from './proof/proof.ts';
import { type Projections, projections, startProjections } from './projections.ts';
import { RangeController } from './replay/range.controller.ts';
import { ReplayGrpcController } from './replay/replay.grpc.controller.ts';
import { SearchController } from './search/search.controller.ts';
import { StatusController } from './status/status.controller.ts';
import { TaskController } from './task/task.controller.ts';
import { Timeline, type TimelineOptions } from './timeline.ts';
import { VolumeController } from './volume/volume.controller.ts';

/** Ends the projections once the last request is answered: requests may wait for them. */
@Injectable()
class Ending implements OnApplicationShutdown {
  constructor(@Inject(projections) private readonly running: Projections) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.running).map((one) => one.stop()));
  }
}

const controllers = [
  CustomerController,
  EntryController,
  EntryGrpcController,
  BriefController,
  AccountController,
  TaskController,
  GistController,
  SearchController,
  VolumeController,
  RangeController,
  EventController,
  ReplayGrpcController,
  StatusController,
  ParkedController,
  AsyncApiController,
  ProjectionController,
  ProofController,
  ProofGrpcController,
];

const notaryOf = ({ notary, projectorDb: db, now = () => new Date(), log }: TimelineOptions): Notary | undefined =>
  notary && new Notary(notary, { db, now, log });

/** The read side. It begins to project when the module is made, and stops when the process does. */
@Module({})
export class TimelineModule {
  static of(options: TimelineOptions): DynamicModule {
    return {
      module: TimelineModule,
      controllers,
      providers: [
        { provide: projections, useFactory: () => startProjections(options) },
        {
          provide: Timeline,
          useFactory: (running: Projections) => new Timeline(options, running),
          inject: [projections],
        },
        {
          provide: Rebuilds,
          useFactory: (running: Projections) => new Rebuilds(options, running),
          inject: [projections],
        },
        { provide: Notary, useFactory: () => notaryOf(options) },
        {
          provide: Proof,
          useFactory: (notary: Notary | undefined) => new Proof(options, notary),
          inject: [{ token: Notary, optional: true }],
        },
        Ending,
      ],
      exports: [Timeline, projections],
    };
  }
}
