import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetMatterPolicyRequest,
  GetMatterPolicyResponse,
  SetMatterPolicyRequest,
  SetMatterPolicyResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/policy';
import { callerOf, needs, valid } from '@throughline/host';
import { z } from 'zod';
import { queryOf, writtenMessage } from '../edge.ts';
import { policyBody, PolicyDesk, policyQuery } from './policy.desk.ts';

const request = z.strictObject({ policy: policyBody });

/** The policy of matters over gRPC. */
@Controller()
@SetMetadata(needs, 'lead')
export class PolicyGrpcController {
  constructor(private readonly desk: PolicyDesk) {}

  @GrpcMethod('RoutingService', 'getMatterPolicy')
  @SetMetadata(needs, 'read')
  async get(query: GetMatterPolicyRequest, metadata: Metadata): Promise<GetMatterPolicyResponse> {
    const policy = await this.desk.get(callerOf(metadata).tenant, queryOf(policyQuery, query));
    return { policy: { ...policy, channels: [...policy.channels], outcomes: [...policy.outcomes] } };
  }

  @GrpcMethod('RoutingService', 'setMatterPolicy')
  async set(asked: SetMatterPolicyRequest, metadata: Metadata): Promise<SetMatterPolicyResponse> {
    return writtenMessage(await this.desk.set(metadata, valid(request, asked).policy));
  }
}
