import { Body, Controller, Post, Query, Req, Res, SetMetadata } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  needs,
  problem,
} from '@throughline/host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MailIntake, type Received } from './mail-intake.ts';

const query = z.strictObject({
  backfill: z
    .enum(['true', 'false', '1', '0', ''])
    .default('false')
    .transform((text) => text !== 'false' && text !== '0')
    .describe('Closed history: shown, never acted on.'),
});

/** The answer to one mail. */
export const mailOutcome = z.strictObject({
  outcome: z.enum(['captured', 'duplicate', 'quarantined']),
  id: z.uuid().describe('The id of the event; of the quarantined item where it is quarantined.'),
  position: z.int().optional(),
  reason: z.string().optional(),
});
export type MailOutcome = z.infer<typeof mailOutcome>;

/** What callers are told of a mail. */
export const mailOutcomeOf = (received: Received): MailOutcome =>
  received.is === 'quarantined'
    ? { outcome: 'quarantined', id: received.id, reason: received.reason }
    : { outcome: received.is, id: received.id, position: Number(received.position) };

const status = { captured: 201, duplicate: 200, quarantined: 202 } as const;

/** `POST /v1/emails` */
@ApiTags('interactions')
@Controller('v1/emails')
@SetMetadata(needs, 'capture')
export class EmailController {
  constructor(private readonly mails: MailIntake) {}

  @Post()
  @ApiOperation({ summary: 'Capture one raw mail. What cannot be understood is quarantined with its bytes.' })
  @ApiConsumes('message/rfc822')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse(answer(201, mailOutcome, 'Stored.'))
  @ApiResponse(answer(200, mailOutcome, 'Known already: the first position.'))
  @ApiResponse(answer(202, mailOutcome, 'Quarantined, with its bytes.'))
  @ApiResponse(problem(413, 'Over 32 MiB.'))
  async receive(
    @Body() body: unknown,
    @Query({ schema: query }) { backfill }: z.infer<typeof query>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MailOutcome> {
    const received = await this.mails.receive(callerOf(request), bytesOf(body), { backfill, via: 'POST /v1/emails' });
    void reply.code(status[received.is]);
    return mailOutcomeOf(received);
  }
}

const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  if (body !== undefined && !Buffer.isBuffer(body))
    throw new Rejection('UnsupportedMediaType', 'A mail comes as message/rfc822.');
  throw new Rejection('MalformedBody', 'The body is empty.', [{ pointer: '', reason: 'is empty' }]);
};
