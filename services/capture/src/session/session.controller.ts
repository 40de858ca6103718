import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { plainId } from '@throughline/contracts';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, idFrom, problem } from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Sources, sources } from '../sources.ts';
import { oneWith } from '../thread/thread.query.ts';
import { tellEnds } from './ending.ts';
import { quietOf } from './session.query.ts';
import { end } from './session.ts';

const endBody = z
  .strictObject({
    outcome: plainId(64).optional().describe('A word for it, such as resolved. Never personal: it is kept in clear.'),
  })
  .optional();
const ended = z.strictObject({ event: z.uuid(), position: z.int() });

/** The end of what goes on in a conversation. */
@ApiTags('conversations')
@Controller('v1/conversations/:id/end')
export class SessionController {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'End the session that goes on in a conversation, or say how it ended.' })
  @ApiResponse(answer(200, ended, 'It is over, now or before.'))
  @ApiResponse(problem(404, 'No conversation has this id.'))
  @ApiResponse(problem(409, 'It ended before, with another outcome.'))
  async end(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: endBody }) body: z.infer<typeof endBody>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof ended>> {
    const { db, now } = this.sources;
    const { tenant, actor } = callerOf(request);
    const { conversations, policy } = await db.asTenant(tenant, async (client) => ({
      conversations: await oneWith(client, tenant, id),
      policy: (await quietOf(client, [tenant]))(tenant),
    }));
    const told = await tellEnds(this.sources, {
      tenant,
      conversations,
      decide: end(conversations[0], now().toISOString(), policy, body?.outcome),
      actor,
      asked: { id: idFrom(request), isSame: ({ outcome }) => outcome === body?.outcome },
    });
    return { event: told!.event, position: Number(told!.position) };
  }
}
