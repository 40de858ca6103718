import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  type DefineTeamRequest,
  type DefineTeamResponse,
  type ListTeamsRequest,
  type ListTeamsResponse,
  type RemoveTeamRequest,
  type RemoveTeamResponse,
  Team,
} from '@throughline/contracts/gen/throughline/routing/v1/team';
import { callerOf, needs, plain, timestampOf, valid } from '@throughline/host';
import { queryOf, teamParam, writtenMessage } from '../edge.ts';
import { type ListedTeam, teamBody, TeamDesk, teamQuery } from './team.desk.ts';

/** Teams over gRPC. */
@Controller()
@SetMetadata(needs, 'lead')
export class TeamGrpcController {
  constructor(private readonly desk: TeamDesk) {}

  @GrpcMethod('RoutingService', 'listTeams')
  @SetMetadata(needs, 'open')
  async list(request: ListTeamsRequest, metadata: Metadata): Promise<ListTeamsResponse> {
    const { items, nextCursor } = await this.desk.list(callerOf(metadata).tenant, queryOf(teamQuery, request));
    return { items: items.map(messageOf), nextCursor: nextCursor ?? undefined };
  }

  @GrpcMethod('RoutingService', 'defineTeam')
  async define({ team: name, ...body }: DefineTeamRequest, metadata: Metadata): Promise<DefineTeamResponse> {
    const { team } = valid(teamParam, { team: name });
    return writtenMessage(await this.desk.define(metadata, team, valid(teamBody, plain(body))));
  }

  @GrpcMethod('RoutingService', 'removeTeam')
  async remove(request: RemoveTeamRequest, metadata: Metadata): Promise<RemoveTeamResponse> {
    return writtenMessage(await this.desk.remove(metadata, valid(teamParam, request).team));
  }
}

const messageOf = ({ waitingSince, ...team }: ListedTeam): Team =>
  Team.fromPartial({ ...team, waitingSince: timestampOf(waitingSince) });
