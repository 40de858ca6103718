import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  type GetPromisePolicyRequest,
  GetPromisePolicyResponse,
  type SetPromisePolicyRequest,
  type SetPromisePolicyResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/policy';
import type {
  ListPromisesRequest,
  ListPromisesResponse,
  WaitForCustomerRequest,
  WaitForCustomerResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/promise';
import { callerOf, needs, plain, valid } from '@throughline/host';
import { z } from 'zod';
import { idOf, queryOf, writtenMessage } from '../edge.ts';
import { groundQuery, PromiseDesk, promisePolicyBody, promisesQuery } from './promise.desk.ts';
import { promiseMessage } from './promise.message.ts';

const setting = z.strictObject({ policy: promisePolicyBody });

/** Which answers customers were promised, over gRPC. */
@Controller()
export class PromiseGrpcController {
  constructor(private readonly desk: PromiseDesk) {}

  @GrpcMethod('RoutingService', 'listPromises')
  @SetMetadata(needs, 'open')
  async list({ customerId, ...query }: ListPromisesRequest, metadata: Metadata): Promise<ListPromisesResponse> {
    const { tenant } = callerOf(metadata);
    const page = await this.desk.list(tenant, idOf(customerId), queryOf(promisesQuery, query));
    const position = page.position === undefined ? undefined : BigInt(page.position);
    return { items: page.items.map(promiseMessage), nextCursor: page.nextCursor ?? undefined, position };
  }

  @GrpcMethod('RoutingService', 'waitForCustomer')
  @SetMetadata(needs, 'work')
  async wait({ id }: WaitForCustomerRequest, metadata: Metadata): Promise<WaitForCustomerResponse> {
    return writtenMessage(await this.desk.wait(metadata, idOf(id)));
  }

  @GrpcMethod('RoutingService', 'getPromisePolicy')
  @SetMetadata(needs, 'read')
  async policy(query: GetPromisePolicyRequest, metadata: Metadata): Promise<GetPromisePolicyResponse> {
    const { version, rules } = await this.desk.policy(callerOf(metadata).tenant, queryOf(groundQuery, query));
    return GetPromisePolicyResponse.fromPartial({ policy: { rules }, version });
  }

  @GrpcMethod('RoutingService', 'setPromisePolicy')
  @SetMetadata(needs, 'lead')
  async set({ policy: given }: SetPromisePolicyRequest, metadata: Metadata): Promise<SetPromisePolicyResponse> {
    // A policy without rules promises nothing; without a policy nothing is said.
    const { policy } = valid(setting, given ? { policy: { rules: given.rules.map((rule) => plain(rule)) } } : {});
    return writtenMessage(await this.desk.set(metadata, policy, '/policy'));
  }
}
