import type { Metadata } from '@grpc/grpc-js';
import { Controller, Get, Query, Req, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { SearchRequest, SearchResponse } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { customersOf } from '@throughline/identity';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  list,
  needs,
  type Page,
  pageOf,
  paging,
  plain,
  valid,
} from '@throughline/host';
import { z } from 'zod';
import { type Customer, customer } from '../customer/customer.ts';
import { customerMessage } from '../customer/customer.message.ts';
import { customersBy } from '../customer/customer.query.ts';
import { type Request, waiting } from '../edge.ts';
import { type Entry, entry } from '../entry/entry.ts';
import { entryMessage } from '../entry/entry.message.ts';
import { entriesOf, subjectsOf } from '../entry/entry.query.ts';
import type { Place } from '../entry/line.query.ts';
import { type Reader, type Reading, readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { findWords } from './search.query.ts';

const found = list<Place>('search', z.strictObject({ at: z.string(), position: z.coerce.bigint() }));

const searchQuery = z.strictObject({
  ...paging,
  q: z.string().min(1).max(512).describe('Words, in any language; all of them must be there.'),
  ...waiting,
});
type SearchQuery = z.infer<typeof searchQuery>;

const hit = z.strictObject({ customer: customer.optional(), entry });
type Hit = { readonly customer?: Customer; readonly entry: Entry };

/** Finding entries by words. */
@ApiTags('search')
@Controller('v1/search')
@SetMetadata(needs, 'open')
export class SearchController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Entries by words and names, newest first' })
  @ApiResponse(answer(200, pageOf(hit), 'A page.'))
  async search(@Query({ schema: searchQuery }) query: SearchQuery, @Req() request: Request): Promise<Page<Hit>> {
    return this.pageOf(readerOf(request), query);
  }

  @GrpcMethod('TimelineService', 'search')
  async searchOverGrpc(request: SearchRequest, metadata: Metadata): Promise<SearchResponse> {
    const query = valid(searchQuery, plain(request), 'InvalidQuery');
    const { items, nextCursor } = await this.pageOf(readerOf(metadata), query);
    return {
      items: items.map(({ customer, entry }) => ({
        customer: customer && customerMessage(customer),
        entry: entryMessage(entry),
      })),
      nextCursor: nextCursor ?? undefined,
    };
  }

  private async pageOf(reader: Reader, { q, limit, cursor, minPosition }: SearchQuery): Promise<Page<Hit>> {
    const { tenant } = reader;
    if (minPosition !== undefined) await this.timeline.reached(minPosition, 'search');
    const scope = [tenant, q];
    const range = { after: found.after(cursor, scope), limit: limit + 1 };
    const places = await findWords(this.timeline.options, tenant, q, range);
    const { items, nextCursor } = found.page(places, limit, ({ place }) => place, scope);
    const events = [...new Set(items.map((item) => item.entry))];
    return {
      items: await this.timeline.read(reader, minPosition, (reading) => hitsOf(reading, events)),
      nextCursor,
    };
  }
}

// The entry's customer is the first of its participants who is one; of what is no interaction, whom it is about.
const hitsOf = async (reading: Reading, events: readonly string[]): Promise<Hit[]> => {
  const entries = await entriesOf(reading, events);
  const subjects = await subjectsOf(reading, events);
  const candidates = (id: string): readonly string[] => subjects.get(id) ?? [];
  const customers = await customersOf(reading.client, reading.tenant, [...new Set(events.flatMap(candidates))]);
  const customerOf = ({ id, participants }: Entry): string | undefined => {
    const ours = participants.filter(({ role }) => role === 'customer').map((party) => party.id);
    return [...ours, ...candidates(id)].map((handle) => customers.get(handle)).find((one) => one !== undefined);
  };
  const shown = await customersBy(reading, [...new Set(entries.flatMap((one) => customerOf(one) ?? []))]);
  const byId = new Map(shown.map((one) => [one.id, one]));
  return entries.map((one) => ({ customer: byId.get(customerOf(one) ?? ''), entry: one }));
};
