import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { plainId, plainText } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
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
  needs,
  pageOf,
  paging,
  problem,
  valid,
} from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../outbound/fault.ts';
import { settings, type Settings } from '../sources.ts';
import { Workers } from '../workers.ts';
import { type Connection, fitSecret, urlOf } from './connection.ts';
import { Connections } from './connection.query.ts';
import { sessionOn } from './opened.ts';

const secret = plainText(8_192).describe('Kept sealed, and never shown again.');

const connectionBody = z.strictObject({
  name: plainId(64).describe('What it is called: hubspot-eu'),
  crm: plainId(64).describe('A kind of CRM that GET /v1/crms lists.'),
  url: plainText(2_048).optional().describe('Where it is; needed where the CRM is not always at the same place.'),
  secret,
  settings: z.record(z.string(), z.unknown()).default({}).describe('What this kind of CRM lets one set: GET /v1/crms'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('It may be on this machine or in a private network, and without TLS.'),
});
type ConnectionBody = z.infer<typeof connectionBody>;

const shown = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  crm: z.string(),
  url: z.string(),
  settings: z.unknown(),
  allowPrivate: z.boolean(),
  state: z.enum(['active', 'paused']),
  reason: z.string().optional().describe('Why it is paused, where nobody paused it by hand.'),
  detail: z.string().optional(),
  createdAt: z.string(),
  changedAt: z.string(),
});
type Shown = z.infer<typeof shown>;

const testBody = z
  .strictObject({
    prepare: z.boolean().default(false).describe('Make in the CRM what is missing, as far as it can be made.'),
  })
  .prefault({});
const rotateBody = z.strictObject({ secret });
const findings = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({
      what: z.string().describe('What was looked at; or, as a word, why it could not be.'),
      ok: z.boolean(),
      detail: z.string().optional(),
      canBeMade: z.literal(true).optional().describe('It is missing, and a test that prepares makes it.'),
    }),
  ),
});
type Findings = z.infer<typeof findings>;
const listQuery = z.strictObject(paging);
const connections = list('connections', z.strictObject({ name: z.string() }));

const shownOf = ({
  id,
  name,
  crm,
  url,
  settings: of,
  allowPrivate,
  state,
  reason,
  detail,
  createdAt,
  changedAt,
}: Connection): Shown => ({
  id,
  name,
  crm,
  url,
  settings: of,
  allowPrivate,
  state,
  reason,
  detail,
  createdAt,
  changedAt,
});

const unknownCrm = (crms: Settings['crms']): Rejection => {
  const reason = `is none of ${[...crms.keys()].join(', ')}`;
  return new Rejection('InvalidBody', `/crm ${reason}.`, [{ pointer: '/crm', reason }]);
};

const idParam = z.uuid();
const missing = problem(404, 'No connection has this id.');

/** The CRMs that conversations are written back to. */
@ApiTags('connections')
@Controller('v1/connections')
@SetMetadata(needs, 'operate')
export class ConnectionController {
  constructor(
    private readonly store: Connections,
    private readonly workers: Workers,
    @Inject(settings) private readonly settings: Settings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The connections, by name. Secrets are never shown.' })
  @ApiResponse(answer(200, pageOf(shown), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const after = connections.after(cursor, [tenant])?.name;
    const found = await this.store.list(tenant, after, limit + 1);
    return connections.page(found.map(shownOf), limit, ({ name }) => ({ name }), [tenant]);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One connection.' })
  @ApiResponse(answer(200, shown, 'The connection.'))
  @ApiResponse(missing)
  async get(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest): Promise<Shown> {
    return shownOf(await this.store.get(callerOf(request).tenant, id));
  }

  @Post()
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Connect a CRM. What ends from now on is written back to it; what was before is not.' })
  @ApiResponse(answer(201, shown, 'It is connected.'))
  @ApiResponse(problem(409, 'There is a connection of this name already.'))
  async add(@Body({ schema: connectionBody }) body: ConnectionBody, @Req() request: FastifyRequest): Promise<Shown> {
    const { tenant, actor } = callerOf(request);
    const crm = this.settings.crms.get(body.crm);
    if (!crm) throw unknownCrm(this.settings.crms);
    const url = urlOf(body.url, crm, body.allowPrivate);
    fitSecret(crm, {
      secret: body.secret,
      settings: valid(crm.settings, body.settings, 'InvalidBody', '/settings'),
    });
    return shownOf(await this.store.add(tenant, { ...body, url, id: idFrom(request), by: actor }));
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Look at what can be told of the CRM without writing records: whether it answers, and has what writing needs.',
  })
  @ApiResponse(answer(200, findings, 'What was found.'))
  @ApiResponse(missing)
  async test(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: testBody }) { prepare }: z.infer<typeof testBody>,
    @Req() request: FastifyRequest,
  ): Promise<Findings> {
    const connection = await this.store.get(callerOf(request).tenant, id);
    const { session, close } = sessionOn(connection, await this.store.secretOf(connection), this.settings);
    try {
      const found = await session.test(prepare);
      return { ok: found.every(({ ok }) => ok), findings: [...found] };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { ok: false, findings: [{ what: error.code, ok: false, detail: error.detail }] };
    } finally {
      await close();
    }
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Write nothing to it until it is resumed. What is to be written waits.' })
  @ApiResponse(answer(200, shown, 'It is paused.'))
  @ApiResponse(missing)
  async pause(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest): Promise<Shown> {
    return shownOf(await this.store.pause(callerOf(request).tenant, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on with all that waits.' })
  @ApiResponse(answer(200, shown, 'It is active.'))
  @ApiResponse(missing)
  async resume(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest): Promise<Shown> {
    const resumed = await this.store.resume(callerOf(request).tenant, id);
    this.workers.wake();
    return shownOf(resumed);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give it another secret. Where the old one was refused, it is resumed.' })
  @ApiResponse(answer(200, shown, 'It has the new secret.'))
  @ApiResponse(missing)
  async rotate(
    @Param('id', { schema: idParam }) id: string,
    @Body({ schema: rotateBody }) body: z.infer<typeof rotateBody>,
    @Req() request: FastifyRequest,
  ): Promise<Shown> {
    const { tenant } = callerOf(request);
    const { crm: name, settings: of } = await this.store.get(tenant, id);
    const crm = this.settings.crms.get(name);
    const checked = crm?.settings.safeParse(of);
    if (crm && checked?.success) fitSecret(crm, { secret: body.secret, settings: checked.data });
    const rotated = await this.store.rotate(tenant, id, body.secret);
    this.workers.wake();
    return shownOf(rotated);
  }
}
