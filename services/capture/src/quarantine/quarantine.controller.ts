import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { plainText } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type Caller,
  callerOf,
  list,
  may,
  needs,
  pageOf,
  paging,
  problem,
} from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type MailOutcome, mailOutcome, mailOutcomeOf } from '../email/email.controller.ts';
import { MailIntake } from '../email/mail-intake.ts';
import { Quarantine, states } from './quarantine.query.ts';

const item = z.strictObject({
  id: z.uuid(),
  receivedAt: z.iso.datetime(),
  via: z.string(),
  reason: z.string(),
  size: z.int().describe('Bytes.'),
  attempts: z.int(),
  dismissed: z
    .strictObject({ at: z.iso.datetime(), by: z.string(), reason: z.string() })
    .optional()
    .describe('Who said that nobody wants it.'),
  from: z.string().optional().describe('The sender as the mail names it, for those who may `open`.'),
  subject: z.string().optional(),
  file: z.string().optional().describe('Where it lies with whoever brought it, as they said.'),
});
type Item = z.infer<typeof item>;
const itemWithBytes = item.extend({ bytes: z.base64() });
const listQuery = z.strictObject({
  ...paging,
  state: z.enum(states).default('open').describe('What was dismissed is shown where it is asked for.'),
});
const dismissal = z.strictObject({
  reason: plainText(1_000).describe('Why nobody wants it. It is kept in clear: it is no place for names.'),
});
const items = list('quarantine', z.strictObject({ receivedAt: z.string(), id: z.uuid() }));
const counts = z.strictObject({ captured: z.int(), duplicate: z.int(), quarantined: z.int() });

const unknown = (): never => {
  throw new Rejection('QuarantineUnknown', 'Nothing of this id is quarantined.');
};

/** What came in and could not be understood: to be looked at, and tried again. */
@ApiTags('quarantine')
@Controller('v1')
@SetMetadata(needs, 'operate')
export class QuarantineController {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly mails: MailIntake,
  ) {}

  @Get('quarantine')
  @ApiOperation({ summary: 'What is quarantined and was not dismissed, the oldest first.' })
  @ApiResponse(answer(200, pageOf(item), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor, state }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const scope = [tenant, state];
    const found = await this.quarantine.list(
      tenant,
      items.after(cursor, scope),
      limit + 1,
      state,
      may(request, 'open'),
    );
    return items.page(found, limit, ({ receivedAt, id }) => ({ receivedAt, id }), scope);
  }

  @Get('quarantine/:id')
  @SetMetadata(needs, ['operate', 'open'])
  @ApiOperation({ summary: 'One item with its bytes.' })
  @ApiResponse(answer(200, itemWithBytes, 'As it came, in base64.'))
  @ApiResponse(problem(404, 'Nothing of this id is quarantined.'))
  async show(
    @Param('id', { schema: z.uuid() }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof itemWithBytes>> {
    const { bytes, backfill: _, ...kept } = await this.find(callerOf(request), id);
    return { ...kept, bytes: bytes.toString('base64') };
  }

  @Post('quarantine/:id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try one item again, the same way as it came.' })
  @ApiResponse(answer(200, mailOutcome, 'What became of it now.'))
  @ApiResponse(problem(404, 'Nothing of this id is quarantined.'))
  retry(@Param('id', { schema: z.uuid() }) id: string, @Req() request: FastifyRequest): Promise<MailOutcome> {
    return this.tryAgain(callerOf(request), id);
  }

  @Post('quarantine/:id/dismiss')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that nobody wants one item. Its bytes are kept, and it can still be tried again.' })
  @ApiResponse(answer(200, item, 'It is dismissed, now or before.'))
  @ApiResponse(problem(404, 'Nothing of this id is quarantined.'))
  async dismiss(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: dismissal }) { reason }: z.infer<typeof dismissal>,
    @Req() request: FastifyRequest,
  ): Promise<Item> {
    const { tenant, actor } = callerOf(request);
    return (await this.quarantine.dismiss(tenant, id, actor, reason)) ?? unknown();
  }

  @Post('quarantine::retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try all items again that are not dismissed.' })
  @ApiResponse(answer(200, counts, 'What became of them.'))
  async retryAll(@Req() request: FastifyRequest): Promise<z.infer<typeof counts>> {
    const caller = callerOf(request);
    const became = { captured: 0, duplicate: 0, quarantined: 0 };
    let page = await this.quarantine.list(caller.tenant, undefined, 100, 'open');
    while (page.length > 0) {
      for (const { id } of page) became[(await this.tryAgain(caller, id)).outcome] += 1;
      page = await this.quarantine.list(caller.tenant, page.at(-1), 100, 'open');
    }
    return became;
  }

  private async tryAgain(caller: Caller, id: string): Promise<MailOutcome> {
    const { bytes, backfill, via } = await this.find(caller, id);
    const received = await this.mails.receive(caller, bytes, { backfill, via });
    // Who asks for what is dismissed wants to know whether it is understood now.
    if (received.is === 'dismissed') return mailOutcomeOf({ ...received, is: 'quarantined' });
    if (received.is !== 'quarantined') await this.quarantine.remove(caller.tenant, id);
    return mailOutcomeOf(received);
  }

  private async find({ tenant }: Caller, id: string) {
    return (await this.quarantine.show(tenant, id)) ?? unknown();
  }
}
