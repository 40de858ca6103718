import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
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
import { fitSecret, urlOf } from './connection.ts';
import { Connections } from './connection.query.ts';
import { sessionOn } from './opened.ts';
import {
  type ConnectionBody,
  connectionBody,
  type Findings,
  findings,
  type Removed,
  removed,
  rotateBody,
  type Shown,
  shown,
  shownOf,
  testBody,
} from './shape.ts';

const listQuery = z.strictObject(paging);
const connections = list('connections', z.strictObject({ name: z.string() }));

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
    const failing = await this.store.failing(tenant, found);
    const items = found.map((one) => shownOf(one, failing.get(one.id)));
    return connections.page(items, limit, ({ name }) => ({ name }), [tenant]);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One connection.' })
  @ApiResponse(answer(200, shown, 'The connection.'))
  @ApiResponse(missing)
  async get(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest): Promise<Shown> {
    const { tenant } = callerOf(request);
    const found = await this.store.get(tenant, id);
    return shownOf(found, (await this.store.failing(tenant, [found])).get(id));
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

  @Delete(':id')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Remove a connection for good, with its secret. What was written to it stays; what was still to be written is dropped, on record.',
  })
  @ApiResponse(answer(200, removed, 'It is gone.'))
  @ApiResponse(missing)
  async remove(@Param('id', { schema: idParam }) id: string, @Req() request: FastifyRequest): Promise<Removed> {
    const { tenant, actor } = callerOf(request);
    const unwritten = await this.store.remove(tenant, id, actor);
    this.workers.wake();
    return { id, unwritten };
  }
}
