import { Controller, Get, Query, Req, Res, SetMetadata } from '@nestjs/common';
import { type EventName, eventSchemas } from '@throughline/contracts';
import { ApiOperation, ApiResponse, ApiTags, callerOf, ndjson, needs } from '@throughline/host';
import { z } from 'zod';
import { positionParam, type Reply, type Request } from '../edge.ts';
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
  @ApiOperation({ summary: 'Events in position order, one CloudEvent (JSON mode) a line' })
  @ApiResponse({ status: 200, description: 'application/x-ndjson: as fast as it is read.' })
  events(@Query({ schema: eventsQuery }) query: EventsQuery, @Req() request: Request, @Res() reply: Reply): void {
    const { tenant } = callerOf(request);
    const { after, limit, type: types, follow } = query;
    ndjson(reply, (signal) => tailEvents(this.timeline.options, { tenant, after, limit, types, follow }, signal));
  }
}
