import { Controller, Get, Inject, Query, Req, SetMetadata } from '@nestjs/common';
import { answer, ApiOperation, ApiResponse, ApiTags, callerOf, list, needs, pageOf, paging } from '@throughline/host';
import { auditsOf } from '@throughline/service';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sources, type Sources } from '../sources.ts';

const audited = z.strictObject({
  id: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  what: z.string().describe('Such as `events`.'),
  detail: z.record(z.string(), z.unknown()).describe('What was asked for.'),
  count: z.int().describe('How many were opened; never less than were sent.'),
  endedAt: z.iso.datetime().nullable().describe('Null while it goes on, or where the process was killed.'),
});
const listQuery = z.strictObject(paging);
const audits = list('audit', z.strictObject({ id: z.coerce.bigint() }));

/** Who opened in bulk what is sealed. */
@ApiTags('administration')
@Controller('v1/audit')
@SetMetadata(needs, 'operate')
export class AuditController {
  constructor(@Inject(sources) private readonly sources: Pick<Sources, 'db'>) {}

  @Get()
  @ApiOperation({ summary: 'What was opened in bulk, by whom, the newest first.' })
  @ApiResponse(answer(200, pageOf(audited), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const found = await auditsOf(this.sources.db, tenant, audits.after(cursor, [tenant])?.id, limit + 1);
    const { items, nextCursor } = audits.page(found, limit, ({ id }) => ({ id }), [tenant]);
    const shown = items.map(({ id, count, detail, ...rest }) => ({
      ...rest,
      id: Number(id),
      count: Number(count),
      detail: JSON.parse(detail) as Record<string, unknown>,
    }));
    return { items: shown, nextCursor };
  }
}
