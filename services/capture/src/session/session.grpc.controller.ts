import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  EndSessionRequest,
  EndSessionResponse,
  GetSessionPolicyRequest,
  GetSessionPolicyResponse,
  SetSessionPolicyRequest,
  SetSessionPolicyResponse,
} from '@throughline/contracts/gen/throughline/capture/v1/session';
import { callerOf, needs, plain, valid } from '@throughline/host';
import { z } from 'zod';
import { endBody, SessionDesk, sessionPolicyBody } from './session.desk.ts';

const idParam = z.strictObject({ id: z.uuid() });
const setting = z.strictObject({ policy: sessionPolicyBody });

/** When what goes on in a conversation is over, over gRPC. */
@Controller()
export class SessionGrpcController {
  constructor(private readonly desk: SessionDesk) {}

  @GrpcMethod('CaptureService', 'endSession')
  @SetMetadata(needs, 'work')
  async end({ id: conversation, ...body }: EndSessionRequest, metadata: Metadata): Promise<EndSessionResponse> {
    const { id } = valid(idParam, { id: conversation });
    const { event, position } = await this.desk.end(metadata, id, valid(endBody, plain(body)));
    return { event, position: BigInt(position) };
  }

  @GrpcMethod('CaptureService', 'getSessionPolicy')
  @SetMetadata(needs, 'read')
  async policy(_: GetSessionPolicyRequest, metadata: Metadata): Promise<GetSessionPolicyResponse> {
    return { policy: await this.desk.policy(callerOf(metadata).tenant) };
  }

  @GrpcMethod('CaptureService', 'setSessionPolicy')
  @SetMetadata(needs, 'lead')
  async set(request: SetSessionPolicyRequest, metadata: Metadata): Promise<SetSessionPolicyResponse> {
    const { event, position } = await this.desk.set(metadata, valid(setting, plain(request)).policy);
    return { event, position: BigInt(position) };
  }
}
