import { Body, Controller, HttpCode, Post, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type CallSource,
  idempotencyKey,
  needs,
  problem,
} from '@throughline/host';
import { type RouteBody, routeBody, RouteDesk, type Routed, routed } from './route.desk.ts';

/** The synchronous answer that a telephony asks for. */
@ApiTags('routing')
@Controller('v1/route')
@SetMetadata(needs, 'capture')
export class RouteController {
  constructor(private readonly desk: RouteDesk) {}

  @Post()
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say to whom a call goes, and what they have to know; within 300 ms' })
  @ApiResponse(answer(200, routed, 'An agent, or a queue with a deadline.'))
  @ApiResponse(problem(422, 'The handle is none.'))
  route(@Body({ schema: routeBody }) body: RouteBody, @Req() request: CallSource): Promise<Routed> {
    return this.desk.route(request, body);
  }
}
