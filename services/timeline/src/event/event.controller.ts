import { Controller, Get, Query, Req, Res, SetMetadata } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags, identityOf, ndjson, needs } from '@throughline/host';
import { beginAudit } from '@throughline/service';
import { z } from 'zod';
import { positionParam, type Reply, type Request } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { idsOfCustomer } from '../replay/customer.query.ts';
import { filters, wantedBy } from '../replay/filter.ts';
import { Timeline } from '../timeline.ts';
import { tailEvents } from './event.query.ts';

const eventsQuery = z
  .strictObject({
    after: positionParam.default(0n).describe('The first event is the one after this position.'),
    to: positionParam.optional().describe('Ends with this position; else where the ledger ended when it began.'),
    limit: z.coerce.number().int().min(1).optional().describe('Ends after so many.'),
    ...filters,
    follow: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(false)
      .describe('Goes on with what is to come.'),
  })
  .refine(({ follow, to }) => !follow || to === undefined, { path: ['to'], error: 'does not go with follow' });
type EventsQuery = z.infer<typeof eventsQuery>;

/** The ledger, event by event. */
@ApiTags('events')
@Controller('v1/events')
@SetMetadata(needs, 'replay')
export class EventController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({
    summary: 'Events in position order, one CloudEvent (JSON mode) a line',
    description: 'Opened for whom may `open`, which is on record (`GET /v1/audit`); for others `sealed`.',
  })
  @ApiResponse({ status: 200, description: 'application/x-ndjson: as fast as it is read.' })
  events(@Query({ schema: eventsQuery }) query: EventsQuery, @Req() request: Request, @Res() reply: Reply): void {
    const reader = readerOf(request);
    const { customer, type, stream, channel, ...range } = query;
    const { timeline } = this;
    const { db, ledger, vault } = timeline.options;
    const caller = identityOf(request);
    ndjson(reply, async function* (signal) {
      await timeline.refuseBeyond(range.after, '/after');
      const ids = customer === undefined ? undefined : await idsOfCustomer(timeline, reader, customer);
      const isWanted = wantedBy({ type, stream, channel, ids });
      const opening = reader.opens && caller.isKnown ? await beginAudit(db, caller, 'events', query) : undefined;
      const sources = { ledger, vault: reader.opens ? vault : vault.blind(), counted: opening?.count };
      try {
        yield* tailEvents(sources, { ...range, tenant: reader.tenant, isWanted }, signal);
      } finally {
        await opening?.end();
      }
    });
  }
}
