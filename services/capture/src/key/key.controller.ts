import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  SetMetadata,
} from '@nestjs/common';
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
  roleNames,
  tenantName,
} from '@throughline/host';
import { addKey, type ApiKey, listKeys, revokeKey } from '@throughline/service';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sources, type Sources } from '../sources.ts';
import { TenantDirectory } from '../tenant/tenant.query.ts';

const key = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  roles: z.array(z.enum(roleNames)),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.string().nullable(),
  lastUsedAt: z.iso.datetime().nullable().describe('To the minute.'),
});
const newKey = key.extend({ key: z.string().describe('Shown now and never again.') });
const keyBody = z.strictObject({
  name: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/, 'is not 1 to 100 printable ASCII characters')
    .describe('Its bearer is `key:NAME` in events; a name is never given again.'),
  roles: z.array(z.enum(roleNames)).min(1),
  expiresAt: z.iso.datetime().optional(),
  tenant: z.string().regex(tenantName, 'is not the name of a tenant').optional().describe('Another than one’s own needs the right to install.'),
}); // prettier-ignore
type KeyBody = z.infer<typeof keyBody>;
const listQuery = z.strictObject(paging);
const keys = list('keys', z.strictObject({ name: z.string() }));

const inThePast = (): Rejection =>
  new Rejection('InvalidBody', 'expiresAt is not in the future.', [{ pointer: '/expiresAt', reason: 'is not in the future' }]); // prettier-ignore

/** API keys of programs. */
@ApiTags('administration')
@Controller('v1/keys')
@SetMetadata(needs, 'operate')
export class KeyController {
  constructor(
    @Inject(sources) private readonly sources: Sources,
    private readonly tenants: TenantDirectory,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The API keys by name, without their texts.' })
  @ApiResponse(answer(200, pageOf(key), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const found = await listKeys(this.sources.db, tenant, keys.after(cursor, [tenant]), limit + 1);
    return keys.page(found, limit, ({ name }) => ({ name }), [tenant]);
  }

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Make an API key.' })
  @ApiResponse(answer(201, newKey, 'Made. Its text is shown now and never again.'))
  @ApiResponse(problem(409, 'The name was given before.'))
  async add(
    @Body({ schema: keyBody }) { tenant, ...draft }: KeyBody,
    @Req() request: FastifyRequest,
  ): Promise<ApiKey & { readonly key: string }> {
    if (draft.expiresAt !== undefined && new Date(draft.expiresAt) <= this.sources.now()) throw inThePast();
    return addKey(this.sources.db, await this.within(request, tenant), draft);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key for good.' })
  @ApiResponse({ status: 204, description: 'It is revoked, everywhere within 5 s.' })
  @ApiResponse(problem(404, 'There is no key of this id.'))
  async revoke(@Param('id', { schema: z.uuid() }) id: string, @Req() request: FastifyRequest): Promise<void> {
    if (await revokeKey(this.sources.db, callerOf(request), id)) return;
    throw new Rejection('KeyUnknown', 'There is no key of this id.');
  }

  private async within(request: FastifyRequest, tenant: string | undefined): Promise<Caller> {
    const caller = callerOf(request);
    if (tenant === undefined || tenant === caller.tenant) return caller;
    if (!may(request, 'install'))
      throw new Rejection('Forbidden', 'A key of another tenant needs the right to install.');
    if (await this.tenants.exists(tenant)) return { ...caller, tenant };
    throw new Rejection('TenantUnknown', `There is no tenant ${tenant}.`, [{ pointer: '/tenant', reason: 'is none' }]);
  }
}
