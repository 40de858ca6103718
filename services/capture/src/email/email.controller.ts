import { Body, Controller, Post, Query, Req, Res, SetMetadata } from '@nestjs/common';
import { plainText } from '@throughline/contracts';
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
  file: plainText(512).optional().describe('Where it lies with you; kept, sealed, of what is quarantined.'),
});

/** The answer to one mail. */
export const mailOutcome = z.strictObject({
  outcome: z.enum(['captured', 'duplicate', 'quarantined']),
  id: z.uuid().describe('The id of the event; of the quarantined item where it is quarantined, or was.'),
  position: z.int().optional().describe('Of what is captured.'),
  reason: z.string().optional().describe('Why it is not captured.'),
});
export type MailOutcome = z.infer<typeof mailOutcome>;

/** What callers are told of a mail. */
export const mailOutcomeOf = (received: Received): MailOutcome => {
  const { is, id } = received;
  switch (is) {
    case 'captured':
    case 'duplicate':
      return { outcome: is, id, position: Number(received.position) };
    case 'quarantined':
      return { outcome: is, id, reason: received.reason };
    case 'dismissed':
      return { outcome: 'duplicate', id, reason: `was quarantined and dismissed: ${received.reason}` };
    case 'erased':
      return { outcome: 'duplicate', id, reason: 'was quarantined and erased: nothing of it is kept' };
  }
};

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
  @ApiResponse(answer(200, mailOutcome, 'Known already: the first position, or why it has none.'))
  @ApiResponse(answer(202, mailOutcome, 'Quarantined, with its bytes.'))
  @ApiResponse(problem(413, 'Over 32 MiB.'))
  async receive(
    @Body() body: unknown,
    @Query({ schema: query }) { backfill, file }: z.infer<typeof query>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MailOutcome> {
    const how = { backfill, file, via: 'POST /v1/emails' };
    const received = await this.mails.receive(callerOf(request), bytesOf(body), how);
    const told = mailOutcomeOf(received);
    void reply.code(status[told.outcome]);
    return told;
  }
}

const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  if (body !== undefined && !Buffer.isBuffer(body))
    throw new Rejection('UnsupportedMediaType', 'A mail comes as message/rfc822.');
  throw new Rejection('MalformedBody', 'The body is empty.', [{ pointer: '', reason: 'is empty' }]);
};
