import { Body, Controller, Get, Put, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  needs,
} from '@throughline/host';
import { type Written, written } from '../edge.ts';
import type { Policy } from '../matter/policy.ts';
import { policyBody, PolicyDesk, policyQuery, type PolicyQuery } from './policy.desk.ts';

/** How a tenant's matters are opened, joined and closed. */
@ApiTags('routing')
@Controller('v1/policies/matter')
@SetMetadata(needs, 'lead')
export class PolicyController {
  constructor(private readonly desk: PolicyDesk) {}

  @Get()
  @SetMetadata(needs, 'read')
  @ApiOperation({ summary: 'How matters are opened, joined and closed' })
  @ApiResponse(answer(200, policyBody, 'What holds now.'))
  get(@Query({ schema: policyQuery }) query: PolicyQuery, @Req() request: CallSource): Promise<Policy> {
    return this.desk.get(callerOf(request).tenant, query);
  }

  @Put()
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say how matters are opened, joined and closed from now on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  set(@Body({ schema: policyBody }) policy: Policy, @Req() request: CallSource): Promise<Written> {
    return this.desk.set(request, policy);
  }
}
