import { Body, Controller, Get, Inject, Put, Query, Req } from '@nestjs/common';
import { channel, plainId, streamOf } from '@throughline/contracts';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, idFrom } from '@throughline/host';
import { z } from 'zod';
import { duration } from '../duration.ts';
import { readable, waiting, type Written, written } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import type { Policy } from '../matter/policy.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { transact } from '../transact.ts';
import { policies, type PolicyEvent, set } from './policy.ts';

export const policyBody = z.strictObject({
  window: duration.describe('A conversation joins an open matter that was touched within this time.'),
  channels: z.array(channel).describe('What comes in on these opens a matter.'),
  automatic: z.boolean().describe('Whether automatic mail does.'),
  outcomes: z.array(plainId(64)).max(100).describe('A session that ended with one of these closes its matter.'),
  quiet: duration.describe('A matter that nobody touched for this time is closed.'),
});

const readQuery = z.strictObject(waiting);

/** How a tenant's matters are opened, joined and closed. */
@ApiTags('routing')
@Controller('v1/policies/matter')
export class PolicyController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Get()
  @ApiOperation({ summary: 'How matters are opened, joined and closed' })
  @ApiResponse(answer(200, policyBody, 'What holds now.'))
  async get(
    @Query({ schema: readQuery }) { minPosition }: z.infer<typeof readQuery>,
    @Req() request: CallSource,
  ): Promise<Policy> {
    const { tenant } = callerOf(request);
    await readable(this.options, minPosition);
    return (await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant))).policy;
  }

  @Put()
  @ApiOperation({ summary: 'Say how matters are opened, joined and closed from now on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  async set(@Body({ schema: policyBody }) policy: Policy, @Req() request: CallSource): Promise<Written> {
    const { tenant, actor } = callerOf(request);
    const told = await transact<Policy, PolicyEvent>(this.options, {
      tenant,
      stream: streamOf.policy('matter'),
      noun: policies,
      hears: ['MatterPolicySet'],
      decide: set(policy),
      id: idFrom(request),
      actor,
    });
    // As usual, and nobody ever said otherwise: that can be read at the head.
    return { event: told?.event, position: Number(told?.position ?? (await this.options.ledger.head())) };
  }
}
