import { Inject, Injectable } from '@nestjs/common';
import { channel, duration, plainId, streamOf } from '@throughline/contracts';
import { callerOf, type CallSource, idFrom } from '@throughline/host';
import { z } from 'zod';
import { readable, waiting, type Written, writtenOf } from '../edge.ts';
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

export const policyQuery = z.strictObject(waiting);
export type PolicyQuery = z.infer<typeof policyQuery>;

/** How a tenant's matters are opened, joined and closed: told and changed, whichever way somebody asks. */
@Injectable()
export class PolicyDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  async get(tenant: string, { minPosition }: PolicyQuery): Promise<Policy> {
    await readable(this.options, minPosition);
    return (await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant))).policy;
  }

  async set(source: CallSource, policy: Policy): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<Policy, PolicyEvent>(this.options, {
      tenant,
      stream: streamOf.policy('matter'),
      noun: policies,
      hears: ['MatterPolicySet'],
      decide: set(policy),
      id: idFrom(source),
      actor,
    });
    // As usual, and nobody ever said otherwise: that can be read at the head.
    return told ? writtenOf(told) : { position: Number(await this.options.ledger.head()) };
  }
}
