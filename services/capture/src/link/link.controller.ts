import { Body, Controller, Delete, HttpCode, Inject, Param, Post, Req, SetMetadata } from '@nestjs/common';
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
  needs,
  problem,
} from '@throughline/host';
import { customerOf, identityProjector, linkId, linkOf, normaliseHandle } from '@throughline/identity';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findCaughtUp } from '../caught-up.ts';
import { customerFor } from '../customer.ts';
import { type Sources, sources } from '../sources.ts';
import { transact } from '../transact.ts';
import { linkByHand, linkNoun, retract } from './link.ts';
import { streamOfLink } from './link.reactor.ts';

const newLink = z.strictObject({
  handle: z.string().min(1).max(512).describe('The other handle: email:ann@example.com'),
});
const retraction = z.strictObject({ reason: z.string().min(1).max(2_000).optional() }).optional();
const linked = z.strictObject({ id: z.uuid().describe('The link'), event: z.uuid(), position: z.int() });
const retracted = z.strictObject({ event: z.uuid(), position: z.int() });

/** Links of a customer, made and retracted by hand. */
@ApiTags('customers')
@Controller('v1/customers/:id/links')
@SetMetadata(needs, 'lead')
export class LinkController {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  @Post()
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that another handle is the same customer.' })
  @ApiResponse(answer(201, linked, 'Linked, now or before.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  async link(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: newLink }) { handle }: z.infer<typeof newLink>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof linked>> {
    const { tenant, actor } = callerOf(request);
    const other = normaliseHandle(handle);
    const b = { id: this.sources.vault.handleId(tenant, other.handle), handle: other.handle };
    await customerFor(this.sources, tenant, id);
    if (b.id === id) throw new Rejection('LinkToItself', 'This handle is the customer.');
    // Of the id as it was given: what the customer's id is by now may follow from this very link.
    const link = linkId(tenant, id, b.id);
    const told = await transact(this.sources, {
      tenant,
      stream: streamOfLink(id, b.id),
      noun: linkNoun(link),
      hears: ['HandlesLinked', 'LinkRetracted'],
      decide: linkByHand({ link, a: { id }, b }),
      id: idFrom(request),
      actor,
    });
    return { id: link, event: told!.event, position: Number(told!.position) };
  }

  @Delete(':link')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say that two handles are not the same customer: what was before is there again.' })
  @ApiResponse(answer(200, retracted, 'Retracted.'))
  @ApiResponse(problem(404, 'The customer has no such link.'))
  @ApiResponse(problem(409, 'It is retracted already.'))
  async retract(
    @Param('id', { schema: z.uuid() }) id: string,
    @Param('link', { schema: z.uuid() }) link: string,
    @Body({ schema: retraction }) body: z.infer<typeof retraction>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof retracted>> {
    const { tenant, actor } = callerOf(request);
    await customerFor(this.sources, tenant, id);
    const { a, b, customer } = await this.linkOfCustomer(tenant, id, link);
    const told = await transact(this.sources, {
      tenant,
      stream: streamOfLink(a, b),
      noun: linkNoun(link),
      hears: ['HandlesLinked', 'LinkRetracted'],
      decide: retract({ link, a, b, subject: customer, ...(body?.reason !== undefined && { reason: body.reason }) }),
      id: idFrom(request),
      actor,
      // Whose customer it was may be another one by now.
      content: ({ data }) => ({ ...data, subject: undefined }),
    });
    return { event: told!.event, position: Number(told!.position) };
  }

  // Read together: a link that was made a moment ago may have given the customer another id.
  private async linkOfCustomer(
    tenant: string,
    id: string,
    link: string,
  ): Promise<{ a: string; b: string; customer: string }> {
    const { db } = this.sources;
    const found = await findCaughtUp(this.sources, identityProjector, () =>
      db.asTenant(tenant, async (client) => {
        const known = await linkOf(client, tenant, link);
        if (!known) return undefined;
        const of = (one: string) => customerOf(client, tenant, one);
        const [customer, ...ends] = [await of(id), await of(known.a), await of(known.b)];
        return customer !== undefined && ends.includes(customer) ? { ...known, customer } : undefined;
      }),
    );
    if (!found) throw new Rejection('LinkUnknown', 'The customer has no link of this id.');
    return found;
  }
}
