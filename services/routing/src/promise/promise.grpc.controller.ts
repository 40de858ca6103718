import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  ListPromisesRequest,
  ListPromisesResponse,
  WaitForCustomerRequest,
  WaitForCustomerResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/promise';
import { callerOf, valid } from '@throughline/host';
import { idParam, queryOf, writtenMessage } from '../edge.ts';
import { PromiseDesk, promisesQuery } from './promise.desk.ts';
import { promiseMessage } from './promise.message.ts';

/** Which answers customers were promised, over gRPC. */
@Controller()
export class PromiseGrpcController {
  constructor(private readonly desk: PromiseDesk) {}

  @GrpcMethod('RoutingService', 'listPromises')
  async list({ customerId, ...query }: ListPromisesRequest, metadata: Metadata): Promise<ListPromisesResponse> {
    const { id } = valid(idParam, { id: customerId });
    const { items, nextCursor } = await this.desk.list(callerOf(metadata).tenant, id, queryOf(promisesQuery, query));
    return { promises: items.map(promiseMessage), nextCursor: nextCursor ?? undefined };
  }

  @GrpcMethod('RoutingService', 'waitForCustomer')
  async wait(request: WaitForCustomerRequest, metadata: Metadata): Promise<WaitForCustomerResponse> {
    return writtenMessage(await this.desk.wait(metadata, valid(idParam, request).id));
  }
}
