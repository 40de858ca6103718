import { Body, Controller, Get, Post, Query, Req, Res, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  list,
  needs,
  pageOf,
  paging,
  tenantless,
  tenantName,
} from '@throughline/host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TenantDirectory } from './tenant.query.ts';

const tenant = z.strictObject({ name: z.string(), createdAt: z.iso.datetime() });
type Tenant = z.infer<typeof tenant>;
const tenantBody = z.strictObject({
  name: z.string().regex(tenantName, 'is not a name of lower-case letters, digits and hyphens, at most 63'),
});
const listQuery = z.strictObject(paging);
const tenants = list('tenants', z.strictObject({ name: z.string() }));

/** Whose data there is. */
@ApiTags('administration')
@Controller('v1/tenants')
@SetMetadata(needs, 'install')
@SetMetadata(tenantless, true)
export class TenantController {
  constructor(private readonly directory: TenantDirectory) {}

  @Get()
  @ApiOperation({ summary: 'All tenants by name.' })
  @ApiResponse(answer(200, pageOf(tenant), 'A page.'))
  async list(@Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>) {
    const found = await this.directory.list(tenants.after(cursor)?.name ?? '', limit + 1);
    return tenants.page(found, limit, ({ name }) => ({ name }));
  }

  @Post()
  @ApiOperation({ summary: 'Make a tenant.' })
  @ApiResponse(answer(201, tenant, 'Made.'))
  @ApiResponse(answer(200, tenant, 'It was there.'))
  async create(
    @Body({ schema: tenantBody }) { name }: z.infer<typeof tenantBody>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Tenant> {
    const { isNew, ...made } = await this.directory.create(name, callerOf(request).actor);
    void reply.code(isNew ? 201 : 200);
    return made;
  }
}
