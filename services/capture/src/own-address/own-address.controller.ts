import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
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
  problem,
} from '@throughline/host';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { entryOf, type OwnAddressBody, ownAddressBody, shownEntry } from './own-address.ts';
import { type OwnAddress, OwnAddresses } from './own-address.query.ts';

const item = z.strictObject({
  id: z.uuid(),
  address: z.string().optional(),
  domain: z.string().optional(),
  found: z.boolean().describe('Found in imported mails, not told by a person.'),
});
type Item = z.infer<typeof item>;
const listQuery = z.strictObject(paging);
const items = list('own-addresses', z.strictObject({ id: z.uuid() }));

const shown = ({ id, entry, found }: OwnAddress): Item => ({ id, ...shownEntry(entry), found });

/** Addresses and domains that are ours: they fix role and direction of mail. */
@ApiTags('administration')
@Controller('v1/own-addresses')
@SetMetadata(needs, 'capture')
export class OwnAddressController {
  constructor(private readonly ownAddresses: OwnAddresses) {}

  @Get()
  @ApiOperation({ summary: 'Addresses and domains that are ours.' })
  @ApiResponse(answer(200, pageOf(item), 'A page.'))
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Req() request: FastifyRequest,
  ) {
    const { tenant } = callerOf(request);
    const after = items.after(cursor, [tenant])?.id ?? '';
    const all = await this.ownAddresses.list(tenant);
    const page = all.filter(({ id }) => id > after).slice(0, limit + 1);
    return items.page(page.map(shown), limit, ({ id }) => ({ id }), [tenant]);
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Say that an address or a domain is ours. Mail that was captured before stays as it is.' })
  @ApiResponse(answer(201, item, 'It is ours, now or before.'))
  async add(@Body({ schema: ownAddressBody }) body: OwnAddressBody, @Req() request: FastifyRequest): Promise<Item> {
    const { tenant } = callerOf(request);
    return shown(await this.ownAddresses.add(tenant, entryOf(body), body.found ?? false));
  }

  @Delete(':id')
  @SetMetadata(needs, 'operate')
  @HttpCode(204)
  @ApiOperation({ summary: 'Say that an address or a domain is not ours.' })
  @ApiResponse({ status: 204, description: 'It is not ours any more.' })
  @ApiResponse(problem(404, 'There is none of this id.'))
  async remove(@Param('id', { schema: z.uuid() }) id: string, @Req() request: FastifyRequest): Promise<void> {
    if (await this.ownAddresses.remove(callerOf(request).tenant, id)) return;
    throw new Rejection('OwnAddressUnknown', 'No own address has this id.');
  }
}
