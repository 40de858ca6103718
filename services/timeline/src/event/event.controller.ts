import { Controller, Get, Query, Req, Res, SetMetadata } from '@nestjs/common';
import { type EventName, eventSchemas } from '@throughline/contracts';
import { ApiOperation, ApiResponse, ApiTags, identityOf, ndjson, needs } from '@throughline/host';
import { beginAudit } from '@throughline/service';
import { z } from 'zod';
import { positionParam, type Reply, type Request } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { tailEvents } from './event.query.ts';

const names = Object.keys(eventSchemas) as EventName[];

const eventsQuery = z.strictObject({
  after: positionParam.default(0n).describe('The first event is the one after this position.'),
  limit: z.coerce.number().int().min(1).optional().describe('Ends after so many.'),
  type: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)))
    .optional()
    .describe('Only events of these types, joined by commas.'),
  follow: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(false)
    .describe('Goes on with what is to come; else it ends where the ledger ended when it began.'),
});
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
    const { tenant, opens } = readerOf(request);
    const { type: types, ...range } = query;
    const { db, ledger, vault } = this.timeline.options;
    const caller = identityOf(request);
    ndjson(reply, async function* (signal) {
      const opening = opens && caller.isKnown ? await beginAudit(db, caller, 'events', query) : undefined;
      const sources = { ledger, vault: opens ? vault : vault.blind(), counted: opening?.count };
      try {
        yield* tailEvents(sources, { tenant, types, ...range }, signal);
      } finally {
        await opening?.end();
      }
    });
  }
}
