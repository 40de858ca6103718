import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  ListQueueRequest,
  ListQueueResponse,
  TakeNextRequest,
  TakeNextResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/queue';
import { callerOf, needs, valid } from '@throughline/host';
import { queryOf, teamParam } from '../edge.ts';
import { matterMessage } from '../matter/matter.message.ts';
import { nextBody, QueueDesk, queueQuery } from './queue.desk.ts';

/** Queues over gRPC. */
@Controller()
export class QueueGrpcController {
  constructor(private readonly desk: QueueDesk) {}

  @GrpcMethod('RoutingService', 'listQueue')
  @SetMetadata(needs, 'open')
  async list({ team: name, ...query }: ListQueueRequest, metadata: Metadata): Promise<ListQueueResponse> {
    const { team } = valid(teamParam, { team: name });
    const page = await this.desk.list(callerOf(metadata).tenant, team, queryOf(queueQuery, query));
    const position = page.position === undefined ? undefined : BigInt(page.position);
    return { items: page.items.map(matterMessage), nextCursor: page.nextCursor ?? undefined, position };
  }

  @GrpcMethod('RoutingService', 'takeNext')
  @SetMetadata(needs, 'work')
  async takeNext({ team: name, ...body }: TakeNextRequest, metadata: Metadata): Promise<TakeNextResponse> {
    const { team } = valid(teamParam, { team: name });
    const matter = await this.desk.next(metadata, team, valid(nextBody, body));
    return { matter: matter ? matterMessage(matter) : undefined };
  }
}
