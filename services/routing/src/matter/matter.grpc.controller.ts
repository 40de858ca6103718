import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  AcceptMatterRequest, AcceptMatterResponse, AssignMatterRequest, AssignMatterResponse, CloseMatterRequest,
  CloseMatterResponse, DeclineMatterRequest, DeclineMatterResponse, ExplainMatterRequest, ExplainMatterResponse,
  GetMatterRequest, GetMatterResponse, GetPacketRequest, GetPacketResponse, JoinMatterRequest, JoinMatterResponse,
  ListMattersRequest, ListMattersResponse, SplitMatterRequest, SplitMatterResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/matter'; // prettier-ignore
import { callerOf, needs, valid } from '@throughline/host';
import { idOf, queryOf, writtenMessage } from '../edge.ts';
import { MatterDesk } from './desk.ts';
import { matterMessage, packetMessage, stepMessage } from './matter.message.ts';
import { agentBody, assignBody, closeBody, joinBody, mattersQuery, readQuery, splitBody } from './request.ts';
import { SplitDesk } from './split.desk.ts';

/** Matters over gRPC. */
@Controller()
@SetMetadata(needs, 'open')
export class MatterGrpcController {
  constructor(
    private readonly desk: MatterDesk,
    private readonly splits: SplitDesk,
  ) {}

  @GrpcMethod('RoutingService', 'listMatters')
  async list(request: ListMattersRequest, metadata: Metadata): Promise<ListMattersResponse> {
    const { items, nextCursor } = await this.desk.list(callerOf(metadata).tenant, queryOf(mattersQuery, request));
    return { items: items.map(matterMessage), nextCursor: nextCursor ?? undefined };
  }

  @GrpcMethod('RoutingService', 'getMatter')
  async get({ id, ...query }: GetMatterRequest, metadata: Metadata): Promise<GetMatterResponse> {
    const matter = await this.desk.get(callerOf(metadata).tenant, idOf(id), queryOf(readQuery, query));
    return { matter: matterMessage(matter) };
  }

  @GrpcMethod('RoutingService', 'explainMatter')
  async explain({ id, ...query }: ExplainMatterRequest, metadata: Metadata): Promise<ExplainMatterResponse> {
    const told = await this.desk.explain(callerOf(metadata).tenant, idOf(id), queryOf(readQuery, query));
    return { matter: told.matter, steps: told.steps.map(stepMessage) };
  }

  @GrpcMethod('RoutingService', 'getPacket')
  async packet({ id }: GetPacketRequest, metadata: Metadata): Promise<GetPacketResponse> {
    return { packet: packetMessage(await this.desk.packet(callerOf(metadata).tenant, idOf(id))) };
  }

  @GrpcMethod('RoutingService', 'assignMatter')
  @SetMetadata(needs, 'lead')
  async assign({ id, to, note }: AssignMatterRequest, metadata: Metadata): Promise<AssignMatterResponse> {
    const body = valid(assignBody, { ...(to && { [to.$case]: to.value }), note });
    return writtenMessage(await this.desk.assign(metadata, idOf(id), body));
  }

  @GrpcMethod('RoutingService', 'acceptMatter')
  @SetMetadata(needs, 'work')
  async accept({ id, ...body }: AcceptMatterRequest, metadata: Metadata): Promise<AcceptMatterResponse> {
    return writtenMessage(await this.desk.accept(metadata, idOf(id), valid(agentBody, body)));
  }

  @GrpcMethod('RoutingService', 'declineMatter')
  @SetMetadata(needs, 'work')
  async decline({ id, ...body }: DeclineMatterRequest, metadata: Metadata): Promise<DeclineMatterResponse> {
    return writtenMessage(await this.desk.decline(metadata, idOf(id), valid(agentBody, body)));
  }

  @GrpcMethod('RoutingService', 'closeMatter')
  @SetMetadata(needs, 'work')
  async close({ id, ...body }: CloseMatterRequest, metadata: Metadata): Promise<CloseMatterResponse> {
    return writtenMessage(await this.desk.close(metadata, idOf(id), valid(closeBody, body)));
  }

  @GrpcMethod('RoutingService', 'splitMatter')
  @SetMetadata(needs, 'lead')
  async split({ id, ...body }: SplitMatterRequest, metadata: Metadata): Promise<SplitMatterResponse> {
    const { matter, ...told } = await this.splits.split(metadata, idOf(id), valid(splitBody, body));
    return { ...writtenMessage(told), matter };
  }

  @GrpcMethod('RoutingService', 'joinMatter')
  @SetMetadata(needs, 'lead')
  async join({ id, ...body }: JoinMatterRequest, metadata: Metadata): Promise<JoinMatterResponse> {
    return writtenMessage(await this.splits.join(metadata, idOf(id), valid(joinBody, body)));
  }
}
