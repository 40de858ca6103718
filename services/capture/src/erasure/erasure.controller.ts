import { Controller, Delete, Get, HttpCode, Param, Query, Req, SetMetadata } from '@nestjs/common';
import { certificate } from '@throughline/contracts';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type Caller,
  callerOf,
  list,
  needs,
  type Page,
  pageOf,
  paging,
  problem,
} from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { waitingFor } from './erasing.ts';
import { ErasureDesk } from './erasure.desk.ts';
import { erasuresBefore, type ErasureRow, progressOf } from './erasure.query.ts';
import { ErasureWorker } from './erasure.worker.ts';

const erasure = z.strictObject({
  id: z.uuid(),
  customer: z.uuid(),
  position: z.int().describe('Of the event that began it.'),
  erasedAt: z.iso.datetime(),
  state: z.enum(['erasing', 'complete']),
  waitsFor: z
    .array(z.string())
    .optional()
    .describe('`keys`: caches of keys, a minute; else projections that have not come so far. Of one erasure alone.'),
  certificate: certificate.optional(),
});
type Erasure = z.infer<typeof erasure>;

const listQuery = z.strictObject({
  ...paging,
  customer: z
    .uuid()
    .toLowerCase()
    .optional()
    .describe('Only that of this customer: its id, or that of any handle of its.'),
});
const erasures = list('erasures', z.strictObject({ position: z.int() }));

const shapeOf = (row: ErasureRow): Erasure => ({
  id: row.erasure,
  customer: row.customer,
  position: Number(row.position),
  erasedAt: new Date(row.erasedAt).toISOString(),
  state: row.certificate ? 'complete' : 'erasing',
  ...(row.certificate && { certificate: row.certificate }),
});

/** People who are forgotten. */
@ApiTags('erasures')
@Controller('v1')
@SetMetadata(needs, 'erase')
export class ErasureController {
  constructor(
    private readonly desk: ErasureDesk,
    private readonly worker: ErasureWorker,
  ) {}

  @Delete('customers/:id/data')
  @HttpCode(202)
  @ApiOperation({ summary: 'Erase a customer, for good: all handles, and all that is theirs, in every store.' })
  @ApiResponse(answer(202, erasure, 'It is begun, or was before: /v1/erasures/{id} tells how it goes.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  async erase(@Param('id', { schema: z.uuid() }) id: string, @Req() request: FastifyRequest): Promise<Erasure> {
    return this.begin(callerOf(request), id.toLowerCase());
  }

  /** The same for whom another part of this process lets in. */
  async begin(caller: Caller, id: string): Promise<Erasure> {
    return shapeOf(await this.desk.erase(caller, id));
  }

  @Get('erasures')
  @ApiOperation({ summary: 'Erasures, the newest first.' })
  @ApiResponse(answer(200, pageOf(erasure), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor, customer }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ): Promise<Page<Erasure>> {
    const { tenant } = callerOf(request);
    const scope = [tenant, customer];
    const before = erasures.after(cursor, scope)?.position;
    const rows = await this.worker.deps.db.asTenant(tenant, (client) =>
      erasuresBefore(client, tenant, { before, customer }, limit + 1),
    );
    return erasures.page(rows.map(shapeOf), limit, ({ position }) => ({ position }), scope);
  }

  @Get('erasures/:id')
  @ApiOperation({ summary: 'One erasure: what it waits for, or its certificate.' })
  @ApiResponse(answer(200, erasure, 'As it is now.'))
  @ApiResponse(problem(404, 'There is no such erasure.'))
  async get(@Param('id', { schema: z.uuid() }) id: string, @Req() request: FastifyRequest): Promise<Erasure> {
    const { tenant } = callerOf(request);
    const row = await this.desk.by(tenant, id.toLowerCase());
    if (row.certificate) return shapeOf(row);
    const { deps } = this.worker;
    const progress = await deps.db.asTenant(tenant, (client) => progressOf(client, tenant, row.erasure));
    return { ...shapeOf(row), waitsFor: [...(await waitingFor(deps, row, progress))] };
  }
}
