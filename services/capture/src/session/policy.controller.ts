import { Body, Controller, Get, Inject, Put, Req } from '@nestjs/common';
import { channel, duration, streamOf, type Quiet } from '@throughline/contracts';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, idFrom } from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Sources, sources } from '../sources.ts';
import { stateOf, transact } from '../transact.ts';
import { sessionPolicies, type SessionPolicyEvent, set } from './policy.ts';

export const sessionPolicyBody = z.strictObject({
  quiet: z
    .partialRecord(channel, duration)
    .describe('After how long without a word a session is over, by channel; on others only by an end.'),
});
type PolicyBody = z.infer<typeof sessionPolicyBody>;

const written = z.strictObject({ event: z.uuid().optional(), position: z.int() });

const policy = {
  stream: streamOf.policy('session'),
  noun: sessionPolicies,
  hears: ['SessionPolicySet'],
} as const;

/** When sessions are over by themselves. */
@ApiTags('conversations')
@Controller('v1/policies/session')
export class SessionPolicyController {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  @Get()
  @ApiOperation({ summary: 'When sessions are over by quiet' })
  @ApiResponse(answer(200, sessionPolicyBody, 'What holds now.'))
  async get(@Req() request: FastifyRequest): Promise<PolicyBody> {
    const { tenant } = callerOf(request);
    const { state: quiet } = await stateOf<Quiet, SessionPolicyEvent>(this.sources.ledger, { tenant, ...policy });
    return { quiet };
  }

  @Put()
  @ApiOperation({ summary: 'Say when sessions are over by quiet, from now on and for what goes on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  async set(
    @Body({ schema: sessionPolicyBody }) { quiet }: PolicyBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof written>> {
    const { tenant, actor } = callerOf(request);
    const ask = { tenant, ...policy, decide: set(quiet), id: idFrom(request), actor };
    const told = await transact<Quiet, SessionPolicyEvent>(this.sources, ask);
    // As usual, and nobody ever said otherwise: that can be read at the head.
    return { event: told?.event, position: Number(told?.position ?? (await this.sources.ledger.head())) };
  }
}
