import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  idempotencyKey,
  idFrom,
  list,
  may,
  needs,
  pageOf,
  paging,
  problem,
} from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Settings, settings, type Sources, sources } from '../sources.ts';
import { Workers } from '../workers.ts';
import { drop, retry, unknownDelivery } from './delivery.ts';
import { deliveriesOf, type Filter, type Listed } from './listed.query.ts';
import { type Told, transact } from './transact.ts';

const states = ['open', 'rejected', 'parked', 'confirmed', 'dropped'] as const;

const shown = z.strictObject({
  id: z.uuid(),
  connection: z.uuid(),
  connectionName: z.string().describe('What it is called.'),
  record: z.enum(['activity', 'note', 'task', 'contact']),
  state: z.enum(states),
  subject: z.uuid().describe('The handle whose contact it is written to.'),
  customer: z.uuid(),
  conversation: z.uuid().optional(),
  session: z.int().optional(),
  note: z.uuid().optional(),
  task: z.uuid().optional(),
  attempts: z.int(),
  plannedAt: z.string(),
  changedAt: z.string(),
  made: z.enum(['created', 'updated', 'unchanged']).optional(),
  remote: z.string().optional().describe("The record's id in the CRM."),
  page: z.string().optional().describe('Where people see it there.'),
  reason: z.string().optional().describe('Why it is where it is, as a word.'),
  detail: z.string().optional().describe('What the CRM said.'),
  waits: z.string().optional().describe('What an open one waits for.'),
  nextTryAt: z.string().optional(),
});

const listQuery = z.strictObject({
  ...paging,
  state: z
    .enum([...states, 'aside'])
    .optional()
    .describe('`aside` is rejected or parked: what a person must look at.'),
  connection: z.uuid().optional(),
  customer: z.uuid().optional(),
});
const told = z.strictObject({ position: z.int().optional(), state: z.enum(states) });
const deliveries = list('deliveries', z.strictObject({ position: z.coerce.bigint() }));
const idParam = z.uuid();
const missing = problem(404, 'No delivery has this id.');
const settled = problem(409, 'It was written, or dropped.');

/** What is written to the CRMs: what waits, what was written where, what a person must look at. */
@ApiTags('deliveries')
@Controller('v1/deliveries')
@SetMetadata(needs, 'operate')
export class DeliveryController {
  constructor(
    @Inject(sources) private readonly sources: Sources,
    @Inject(settings) private readonly settings: Settings,
    private readonly workers: Workers,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The deliveries, the newest first.' })
  @ApiResponse(answer(200, pageOf(shown), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor, ...filter }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const scope = [tenant, filter];
    const before = deliveries.after(cursor, scope)?.position;
    const found = await this.read(request, { ...filter, before }, limit + 1);
    const page = deliveries.page(found, limit, ({ position }) => ({ position }), scope);
    return { ...page, items: page.items.map((one) => this.shown(one)) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One delivery.' })
  @ApiResponse(answer(200, shown, 'The delivery.'))
  @ApiResponse(missing)
  async get(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest) {
    const [found] = await this.read(request, { id }, 1);
    if (!found) throw unknownDelivery();
    return this.shown(found);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Try again what was rejected or parked.' })
  @ApiResponse(answer(200, told, 'It is to be written.'))
  @ApiResponse(missing)
  @ApiResponse(settled)
  async retry(
    @Param('id', { schema: idParam }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof told>> {
    const { tenant, actor } = callerOf(request);
    const came = await transact(this.sources, tenant, id, retry, { actor, id: idFrom(request) });
    this.workers.wake();
    return outcomeOf(came, 'open');
  }

  @Delete(':id')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Give a delivery up: it is not written.' })
  @ApiResponse(answer(200, told, 'It is dropped.'))
  @ApiResponse(missing)
  @ApiResponse(settled)
  async drop(
    @Param('id', { schema: idParam }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof told>> {
    const { tenant, actor } = callerOf(request);
    return outcomeOf(await transact(this.sources, tenant, id, drop(), { actor, id: idFrom(request) }), 'dropped');
  }

  private shown(listed: Listed): z.infer<typeof shown> {
    const { position: _, crm, url, settings: of, ...item } = listed;
    const { remote, record } = item;
    const page = remote && this.settings.crms.get(crm)?.pageOf?.({ url, settings: of }, record, remote);
    return { ...item, ...(page && { page }) };
  }

  private read(request: FastifyRequest, filter: Filter, limit: number) {
    const { db, ...sources } = this.sources;
    const { tenant } = callerOf(request);
    const vault = may(request, 'open') ? sources.vault : sources.vault.blind();
    return db.asTenant(tenant, (client) => deliveriesOf({ client, vault }, tenant, filter, limit));
  }
}

const outcomeOf = ({ position }: Told, state: 'open' | 'dropped'): z.infer<typeof told> => ({
  ...(position !== undefined && { position: Number(position) }),
  state,
});
