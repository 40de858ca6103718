import type { Metadata } from '@grpc/grpc-js';
import { Body, Controller, HttpCode, Inject, Param, Post, Req, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { plainText, streamOf, uuid } from '@throughline/contracts';
import type {
  AssignOwnerRequest,
  AssignOwnerResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  idFrom,
  needs,
  problem,
  valid,
} from '@throughline/host';
import { z } from 'zod';
import { customerFor } from '../customer.ts';
import { partyOf } from '../party.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { type Told, transact } from '../transact.ts';
import { assign, type Owner, type OwnerEvent, ownership, release } from './owner.ts';

const body = z.strictObject({
  owner: z
    .string()
    .max(512)
    .nullable()
    .describe('Who is responsible from now on, such as email:bo@acme.example; null for nobody.'),
  name: plainText(256).optional().describe('That person’s name.'),
});
type OwnerBody = z.infer<typeof body>;

const assigned = z.strictObject({
  event: uuid.optional().describe('The event that says so; absent where nobody ever was responsible.'),
  position: z.int(),
});
type Assigned = z.infer<typeof assigned>;

const idParam = z.strictObject({ id: uuid.toLowerCase() });
type IdParam = z.infer<typeof idParam>;

/** Who is responsible for a customer, and for an account. */
@ApiTags('owners')
@Controller('v1')
@SetMetadata(needs, 'lead')
export class OwnerController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Post('customers/:id/owner')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Make somebody responsible for a customer, or nobody' })
  @ApiResponse(answer(200, assigned, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  @ApiResponse(problem(410, 'The customer was erased.'))
  @ApiResponse(problem(409, 'Somebody else assigned at the same moment, again and again; or the key was used before.'))
  async ofCustomer(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: body }) owner: OwnerBody,
    @Req() request: CallSource,
  ): Promise<Assigned> {
    return this.shown(await this.assignCustomer(request, id, owner));
  }

  @Post('accounts/:id/owner')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Make somebody responsible for an account, or nobody' })
  @ApiResponse(answer(200, assigned, 'So it is, now or before.'))
  @ApiResponse(problem(404, 'No account has this id.'))
  async ofAccount(
    @Param({ schema: idParam }) { id }: IdParam,
    @Body({ schema: body }) owner: OwnerBody,
    @Req() request: CallSource,
  ): Promise<Assigned> {
    return this.shown(await this.assignAccount(request, id, owner));
  }

  @GrpcMethod('RoutingService', 'assignOwner')
  async assignOwner({ of, owner, name }: AssignOwnerRequest, metadata: Metadata): Promise<AssignOwnerResponse> {
    const checked = valid(body, { owner: owner ?? null, name });
    if (!of) throw new Rejection('InvalidBody', 'It is not said of whom.', [{ pointer: '/of', reason: 'is missing' }]);
    const { id } = valid(idParam, { id: of.value });
    const assigning =
      of.$case === 'customerId'
        ? this.assignCustomer(metadata, id, checked)
        : this.assignAccount(metadata, id, checked);
    return { position: BigInt((await this.shown(await assigning)).position) };
  }

  /** Decided on the assignments of all the customer's handles: one that was made before a link holds after it. */
  private async assignCustomer(source: CallSource, id: string, owner: OwnerBody): Promise<Told | undefined> {
    const customer = await customerFor(this.options, callerOf(source).tenant, id);
    const others = customer.handles.filter((handle) => handle !== customer.id);
    return this.assign(source, 'customer', customer.id, owner, {
      stream: streamOf.handle(customer.id),
      beside: others.map(streamOf.handle),
    });
  }

  private async assignAccount(source: CallSource, id: string, owner: OwnerBody): Promise<Told | undefined> {
    const { tenant } = callerOf(source);
    if ((await this.options.accountExists?.(tenant, id)) === false)
      throw new Rejection('AccountUnknown', 'No account has this id.');
    return this.assign(source, 'account', id, owner, { stream: streamOf.account(id) });
  }

  private assign(
    source: CallSource,
    of: OwnerEvent['data']['of'],
    subject: string,
    { owner, name }: OwnerBody,
    streams: { stream: string; beside?: readonly string[] },
  ): Promise<Told | undefined> {
    const { tenant, actor } = callerOf(source);
    return transact<Owner, OwnerEvent>(this.options, {
      tenant,
      ...streams,
      noun: ownership,
      hears: ['OwnerAssigned'],
      decide: owner === null ? release(of, subject) : assign(of, subject, partyOf(this.options, tenant, owner, name)),
      id: idFrom(source),
      actor,
    });
  }

  // Where nobody ever was responsible there is no event; that it is so can be read at the head.
  private async shown(told: Told | undefined): Promise<Assigned> {
    return { event: told?.event, position: Number(told?.position ?? (await this.options.ledger.head())) };
  }
}
