import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { plainId, streamOf } from '@throughline/contracts';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, idFrom, problem } from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Sources, sources } from '../sources.ts';
import { oneWith } from '../thread/thread.query.ts';
import { transact } from '../transact.ts';
import { end, sessions } from './session.ts';

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
  @ApiOperation({ summary: 'End the session that goes on in a conversation.' })
  @ApiResponse(answer(200, ended, 'It is over, now or before.'))
  @ApiResponse(problem(404, 'No conversation has this id.'))
  async end(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: endBody }) body: z.infer<typeof endBody>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof ended>> {
    const { db, now } = this.sources;
    const { tenant, actor } = callerOf(request);
    const [oldest, ...others] = await db.asTenant(tenant, (client) => oneWith(client, tenant, id));
    const told = await transact(this.sources, {
      tenant,
      stream: streamOf.conversation(oldest),
      beside: others.map(streamOf.conversation),
      noun: sessions,
      hears: ['InteractionCaptured', 'SessionEnded'],
      decide: end(oldest, now().toISOString(), body?.outcome),
      id: idFrom(request),
      actor,
      // The moment of asking again is another one.
      content: ({ data }) => ({ ...data, at: undefined }),
    });
    return { event: told!.event, position: Number(told!.position) };
  }
}
