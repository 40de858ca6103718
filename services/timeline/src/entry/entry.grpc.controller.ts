import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CustomerKey,
  EntryFilter,
  GetTimelineRequest,
  GetTimelineResponse,
  StreamTimelineRequest,
  StreamTimelineResponse,
  WatchTimelineRequest,
  WatchTimelineResponse,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { needs, plain, streamed, valid } from '@throughline/host';
import { handlesOf } from '@throughline/identity';
import { keyOf, whenOf } from '../customer/customer.controller.ts';
import { type Reading, readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { timelineQuery } from './entry.controller.ts';
import { entryMessage } from './entry.message.ts';
import { entryTypes } from './entry.ts';
import { liveEntries } from './live.query.ts';
import { type Asked, readAll, readPage } from './page.query.ts';

type Call<Item> = Parameters<typeof streamed<Item>>[0];
type Conditions = Parameters<typeof whenOf>[0] & { filter?: EntryFilter; limit?: number; cursor?: string };

/** How many entries a stream reads at once. */
const stretch = 200;

// What a field means, and what it may be, is written once: in the query of the REST address.
const askedOf = ({ filter, limit, cursor, ...asked }: Conditions): Asked => {
  const page = plain({ limit, cursor, ...filter }) as object;
  return { ...valid(timelineQuery, { ...page, type: 'all' }, 'InvalidQuery'), ...whenOf(asked) };
};

/** Timelines over gRPC; all types of entries. */
@Controller()
@SetMetadata(needs, 'read')
export class EntryGrpcController {
  constructor(private readonly timeline: Timeline) {}

  @GrpcMethod('TimelineService', 'getTimeline')
  async getTimeline({ customer, ...asked }: GetTimelineRequest, metadata: Metadata): Promise<GetTimelineResponse> {
    const reader = readerOf(metadata);
    const { page } = await readPage(this.timeline, reader, this.whose(customer), askedOf(asked));
    const { items, nextCursor, position } = page;
    const then = position === undefined ? undefined : BigInt(position);
    return { items: items.map(entryMessage), nextCursor: nextCursor ?? undefined, position: then };
  }

  @GrpcMethod('TimelineService', 'streamTimeline')
  streamTimeline(request: StreamTimelineRequest, metadata: Metadata, call: Call<StreamTimelineResponse>) {
    const reader = readerOf(metadata);
    const { timeline } = this;
    const { customer, ...conditions } = request;
    const asked = askedOf({ ...conditions, limit: stretch });
    const whose = this.whose(customer);
    return streamed(call, async function* (signal) {
      for await (const { entry, cursor } of readAll(timeline, reader, whose, asked, signal))
        yield { entry: entryMessage(entry), cursor };
    });
  }

  @GrpcMethod('TimelineService', 'watchTimeline')
  watchTimeline(request: WatchTimelineRequest, metadata: Metadata, call: Call<WatchTimelineResponse>) {
    const reader = readerOf(metadata);
    const { timeline } = this;
    const key = keyOf(timeline, reader.tenant, request.customer);
    return streamed(call, async function* (signal) {
      const customer = await timeline.read(reader, undefined, (reading) => timeline.customerIdOf(reading, key));
      const { afterPosition: after } = request;
      if (after !== undefined) await timeline.refuseBeyond(after, '/afterPosition');
      const watched = { reader, customer, after, types: entryTypes };
      for await (const { entry } of liveEntries(timeline, watched, signal))
        if (entry) yield { entry: entryMessage(entry) };
    });
  }

  private whose(customer: CustomerKey | undefined) {
    return async (reading: Reading) => {
      const id = await this.timeline.customerIdOf(reading, keyOf(this.timeline, reading.tenant, customer));
      return { handles: await handlesOf(reading.client, reading.tenant, id) };
    };
  }
}
