import type { Metadata } from '@grpc/grpc-js';
import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res, SetMetadata, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CustomerKey,
  GetCustomerRequest,
  GetCustomerResponse,
  ListCustomersRequest,
  ListCustomersResponse,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  instantOf,
  list,
  needs,
  type Page,
  paging,
  plain,
  problem,
  type Timestamp,
  valid,
} from '@throughline/host';
import { customerOf } from '@throughline/identity';
import { pageThen, times } from '@throughline/service';
import { z } from 'zod';
import { handleParam, type IdParam, idParam, MovedFilter, type Reply, type Request, when } from '../edge.ts';
import { type Reader, type Reading, readerOf } from '../reading.ts';
import { findParties } from '../search/search.query.ts';
import { type Standing, Timeline, type When } from '../timeline.ts';
import { type Customer, customer, type WholeCustomer, wholeCustomer } from './customer.ts';
import { customerMessage } from './customer.message.ts';
import { customerBy, customersBy } from './customer.query.ts';
import { type Active, listCustomers } from './customers.query.ts';

const customers = list<Active>('customers', z.strictObject({ at: z.string(), handle: uuid }));

const customersQuery = z
  .strictObject({
    ...paging,
    handle: handleParam.optional().describe('Only the customer who has this handle, such as email:ann@example.com.'),
    q: z.string().max(512).optional().describe('Words of names and handles, or their beginnings.'),
    account: uuid.optional().describe('Only customers who belong to this account.'),
    owner: z.literal('none').optional().describe('Only customers for whom nobody is responsible.'),
    ...when,
  })
  .refine(({ handle, q, account, owner }) => handle === undefined || (q ?? account ?? owner) === undefined, {
    path: ['handle'],
    message: 'names one customer, and goes with no other condition',
  })
  .refine(({ handle, account, asOf, recordedAsOf }) => (asOf ?? recordedAsOf) === undefined || (handle ?? account), {
    path: ['handle'],
    message: 'is needed to ask about another moment, or account is',
  })
  .refine(({ q, asOf, recordedAsOf }) => (asOf ?? recordedAsOf) === undefined || q === undefined, {
    path: ['q'],
    message: 'finds by what names are now, and does not go with another moment',
  });
type CustomersQuery = z.infer<typeof customersQuery>;
type CustomerPage = Page<Customer> & { readonly position?: number };

/** Who there is. */
@ApiTags('customers')
@Controller('v1/customers')
@SetMetadata(needs, 'read')
@UseFilters(MovedFilter)
export class CustomerController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Customers, the last active first' })
  @ApiResponse(answer(200, pageThen(customer), 'A page.'))
  async list(@Query({ schema: customersQuery }) query: CustomersQuery, @Req() request: Request): Promise<CustomerPage> {
    return this.pageOf(readerOf(request), query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One customer' })
  @ApiResponse(answer(200, wholeCustomer, 'The customer, with the links at its handles.'))
  @ApiResponse({ status: 308, description: 'The id is part of another customer by now.' })
  @ApiResponse(problem(404, 'No customer has this id.'))
  async get(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: z.strictObject(when) }) asked: When,
    @Req() request: Request,
  ): Promise<WholeCustomer> {
    return this.timeline.readThen(readerOf(request), asked, async (reading) =>
      this.whole(reading, await this.timeline.standingExactly(reading, id)),
    );
  }

  @Delete(':id')
  @SetMetadata(needs, 'erase')
  @HttpCode(202)
  @ApiOperation({ summary: 'Erase a customer, for good' })
  @ApiResponse({ status: 202, description: 'It is begun, or was before; as `DELETE /v1/customers/{id}/data` answers.' })
  @ApiResponse({
    status: 307,
    description:
      'Only where timeline is asked itself, and not what stands before all services: another process does it. Ask there, by the same method.',
  })
  @ApiResponse(problem(404, 'No customer has this id.'))
  async erase(
    @Param({ schema: idParam }) { id }: IdParam,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object | undefined> {
    const { erase } = this.timeline.options;
    if (erase) return erase(callerOf(request), id);
    void reply.headers({ location: `/v1/customers/${id}/data`, 'cache-control': 'no-store' }).code(307);
    return undefined;
  }

  @GrpcMethod('TimelineService', 'getCustomer')
  async getCustomer({ customer, ...asked }: GetCustomerRequest, metadata: Metadata): Promise<GetCustomerResponse> {
    const found = await this.timeline.readThen(readerOf(metadata), whenOf(asked), async (reading) =>
      this.whole(reading, {
        id: await this.timeline.customerIdOf(reading, keyOf(this.timeline, reading.tenant, customer)),
      }),
    );
    return { customer: customerMessage(found) };
  }

  @GrpcMethod('TimelineService', 'listCustomers')
  async listCustomers(request: ListCustomersRequest, metadata: Metadata): Promise<ListCustomersResponse> {
    const { minPosition, asOf, recordedAsOf, recordedAsOfPosition, ...asked } = request;
    const then = timesOf({ asOf, recordedAsOf, recordedAsOfPosition });
    const query = valid(customersQuery, { ...(plain(asked) as object), ...then }, 'InvalidQuery');
    const { items, nextCursor, position } = await this.pageOf(readerOf(metadata), { ...query, minPosition });
    const known = position === undefined ? undefined : BigInt(position);
    return { items: items.map(customerMessage), nextCursor: nextCursor ?? undefined, position: known };
  }

  private async whole(reading: Reading, { id, erasedAt }: Pick<Standing, 'id' | 'erasedAt'>): Promise<WholeCustomer> {
    if (erasedAt !== undefined) return { id, handles: [], accounts: [], owner: null, entries: 0, links: [], erasedAt };
    const found = await customerBy(reading, id);
    if (!found) throw new Rejection('CustomerUnknown', 'No customer has this id.');
    return found;
  }

  private async pageOf(reader: Reader, query: CustomersQuery): Promise<CustomerPage> {
    const { tenant } = reader;
    const { limit, cursor, handle, q, account, owner, minPosition, asOf, recordedAsOf } = query;
    if (handle !== undefined) return this.one(reader, handle, query);
    if (minPosition !== undefined && q !== undefined) await this.timeline.reached(minPosition, 'search');
    const scope = [tenant, q, account, owner, asOf, recordedAsOf];
    const after = customers.after(cursor, scope);
    const handles = q === undefined ? undefined : ((await findParties(this.timeline.options, tenant, q)) ?? []);
    return this.timeline.readThen(reader, { minPosition, asOf, recordedAsOf }, async (reading) => {
      const filter = { handles, account, unowned: owner === 'none' };
      const found = await listCustomers(reading, filter, { after, limit: limit + 1 });
      const { items, nextCursor } = customers.page(found, limit, ({ place }) => place, scope);
      const ids = items.map((item) => item.customer);
      return { items: await customersBy(reading, ids), nextCursor, ...knownAt(reading) };
    });
  }

  private async one(reader: Reader, handle: string, { minPosition, asOf, recordedAsOf }: When): Promise<CustomerPage> {
    const { tenant } = reader;
    const id = this.timeline.handleIdOf(tenant, handle, '/handle');
    return this.timeline.readThen(reader, { minPosition, asOf, recordedAsOf }, async (reading) => {
      const known = await customerOf(reading.client, tenant, id);
      const items = await customersBy(reading, known === undefined ? [] : [known]);
      return { items, nextCursor: null, ...knownAt(reading) };
    });
  }
}

const knownAt = ({ moment }: Reading): { readonly position?: number } =>
  moment ? { position: Number(moment.position) } : {};

type Conditions = {
  readonly minPosition?: bigint;
  readonly asOf?: Timestamp;
  readonly recordedAsOf?: Timestamp;
  readonly recordedAsOfPosition?: bigint;
};

/** As of when a gRPC caller asks, as the parameters of REST have it. */
export const timesOf = ({
  asOf,
  recordedAsOf: at,
  recordedAsOfPosition: position,
}: Omit<Conditions, 'minPosition'>) => {
  if (at !== undefined && position !== undefined)
    throw new Rejection('InvalidQuery', 'What was known is asked for at a moment or at a position.', [
      { pointer: '/recordedAsOfPosition', reason: 'is given beside recordedAsOf' },
    ]);
  return { asOf: instantOf(asOf), recordedAsOf: position === undefined ? instantOf(at) : String(position) };
};

/** The same read; what may be is written once, with the parameters of REST. */
export const whenOf = ({ minPosition, ...asked }: Conditions): When => ({
  ...valid(z.strictObject(times), timesOf(asked), 'InvalidQuery'),
  minPosition,
});

/** The id that a gRPC caller names a customer by: its own, or that of a handle. */
export const keyOf = (timeline: Timeline, tenant: string, key: CustomerKey | undefined): string => {
  switch (key?.by?.$case) {
    case 'id':
      return valid(idParam, { id: key.by.value }, 'InvalidQuery', '/customer').id;
    case 'handle':
      return timeline.handleIdOf(tenant, key.by.value, '/customer/handle');
    case undefined:
      throw new Rejection('InvalidQuery', 'It is not said which customer.', [
        { pointer: '/customer', reason: 'is missing' },
      ]);
  }
};
