import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  Agent,
  type DefineAgentRequest,
  type DefineAgentResponse,
  type ListAgentsRequest,
  type ListAgentsResponse,
  type RemoveAgentRequest,
  type RemoveAgentResponse,
  type SetCapacityRequest,
  type SetCapacityResponse,
  type SetPresenceRequest,
  type SetPresenceResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/agent';
import { callerOf, needs, plain, valid } from '@throughline/host';
import { idOf, queryOf, writtenMessage } from '../edge.ts';
import { agentBody, AgentDesk, agentQuery, capacityBody, presenceBody } from './agent.desk.ts';

/** Agents over gRPC. */
@Controller()
@SetMetadata(needs, 'lead')
export class AgentGrpcController {
  constructor(private readonly desk: AgentDesk) {}

  @GrpcMethod('RoutingService', 'listAgents')
  @SetMetadata(needs, 'open')
  async list(request: ListAgentsRequest, metadata: Metadata): Promise<ListAgentsResponse> {
    const { items, nextCursor } = await this.desk.list(callerOf(metadata).tenant, queryOf(agentQuery, request));
    return { items: items.map((agent) => Agent.fromPartial(agent)), nextCursor: nextCursor ?? undefined };
  }

  @GrpcMethod('RoutingService', 'defineAgent')
  async define(request: DefineAgentRequest, metadata: Metadata): Promise<DefineAgentResponse> {
    const { id, ...written } = await this.desk.define(metadata, valid(agentBody, plain(request)));
    return { ...writtenMessage(written), id };
  }

  @GrpcMethod('RoutingService', 'setPresence')
  @SetMetadata(needs, 'work')
  async setPresence({ id, ...body }: SetPresenceRequest, metadata: Metadata): Promise<SetPresenceResponse> {
    return writtenMessage(await this.desk.appear(metadata, idOf(id), valid(presenceBody, body).presence));
  }

  @GrpcMethod('RoutingService', 'setCapacity')
  async setCapacity({ id, ...body }: SetCapacityRequest, metadata: Metadata): Promise<SetCapacityResponse> {
    return writtenMessage(await this.desk.resize(metadata, idOf(id), valid(capacityBody, body).capacity));
  }

  @GrpcMethod('RoutingService', 'removeAgent')
  async remove({ id }: RemoveAgentRequest, metadata: Metadata): Promise<RemoveAgentResponse> {
    return writtenMessage(await this.desk.remove(metadata, idOf(id)));
  }
}
