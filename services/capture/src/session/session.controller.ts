import { Body, Controller, Get, HttpCode, Param, Post, Put, Req, SetMetadata } from '@nestjs/common';
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
  problem,
} from '@throughline/host';
import { z } from 'zod';
import { endBody, type EndBody, SessionDesk, sessionPolicyBody, type SessionPolicyBody } from './session.desk.ts';

const ended = z.strictObject({ event: z.uuid(), position: z.int() });
const written = ended.partial({ event: true });
type Written = z.infer<typeof written>;

/** When what goes on in a conversation is over. */
@ApiTags('conversations')
@Controller('v1')
export class SessionController {
  constructor(private readonly desk: SessionDesk) {}

  @Post('conversations/:id/end')
  @SetMetadata(needs, 'work')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'End the session that goes on in a conversation, or say how it ended.' })
  @ApiResponse(answer(200, ended, 'It is over, now or before.'))
  @ApiResponse(problem(404, 'No conversation has this id.'))
  @ApiResponse(problem(409, 'It ended before, with another outcome.'))
  end(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: endBody.optional() }) body: EndBody | undefined,
    @Req() request: CallSource,
  ): Promise<z.infer<typeof ended>> {
    return this.desk.end(request, id, body ?? {});
  }

  @Get('policies/session')
  @SetMetadata(needs, 'read')
  @ApiOperation({ summary: 'When sessions are over by quiet' })
  @ApiResponse(answer(200, sessionPolicyBody, 'What holds now.'))
  policy(@Req() request: CallSource): Promise<SessionPolicyBody> {
    return this.desk.policy(callerOf(request).tenant);
  }

  @Put('policies/session')
  @SetMetadata(needs, 'lead')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say when sessions are over by quiet, from now on and for what goes on' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  set(@Body({ schema: sessionPolicyBody }) body: SessionPolicyBody, @Req() request: CallSource): Promise<Written> {
    return this.desk.set(request, body);
  }
}
