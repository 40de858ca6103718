import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { RouteRequest, RouteResponse } from '@throughline/contracts/gen/throughline/routing/v1/route';
import { needs, timestampOf, valid } from '@throughline/host';
import { packetMessage } from '../matter/matter.message.ts';
import { routeBody, RouteDesk } from './route.desk.ts';

/** The ring over gRPC. */
@Controller()
@SetMetadata(needs, 'capture')
export class RouteGrpcController {
  constructor(private readonly desk: RouteDesk) {}

  @GrpcMethod('RoutingService', 'route')
  async route(request: RouteRequest, metadata: Metadata): Promise<RouteResponse> {
    const { queue, packet, ...routed } = await this.desk.route(metadata, valid(routeBody, request));
    return {
      ...routed,
      queue: queue && { ...queue, until: timestampOf(queue.until) },
      packet: packet ? packetMessage(packet) : undefined,
    };
  }
}
