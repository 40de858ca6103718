import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, SetMetadata } from '@nestjs/common';
import { Rejection } from '@throughline/decider';
import { type ParkedDesk, parkedDesk, type ParkedEvent, type ParkedId } from '@throughline/feed';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  list,
  needs,
  type Page,
  pageOf,
  paging,
  problem,
} from '@throughline/host';
import { z } from 'zod';
import { type Request } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';

const parked = z.strictObject({
  id: z.string(),
  consumer: z.string(),
  stream: z.string(),
  position: z.int(),
  event: z.uuid(),
  type: z.string(),
  error: z.string().optional().describe('Why; absent where it only waits behind an earlier event of its stream.'),
  since: z.string(),
  attempts: z.int(),
});
type Parked = z.infer<typeof parked>;

const place = z.strictObject({ consumer: z.string(), position: z.coerce.bigint() });
const parkedEvents = list<ParkedId>('parked', place);
const parkedQuery = z.strictObject({ ...paging, consumer: z.string().max(256).optional() });
type ParkedQuery = z.infer<typeof parkedQuery>;

/** `timeline@1:17`: whose, and at which position. */
const parkedParam = z.strictObject({
  id: z
    .string()
    .max(300)
    .regex(/^[^\s:]+:\d{1,18}$/, 'is not a consumer and a position, such as timeline@1:17')
    .transform((text): ParkedId => {
      const end = text.lastIndexOf(':');
      return { consumer: text.slice(0, end), position: BigInt(text.slice(end + 1)) };
    }),
});
type ParkedParam = z.infer<typeof parkedParam>;

const shown = ({ consumer, position, event, error, since, attempts }: ParkedEvent): Parked => ({
  id: `${consumer}:${position}`,
  consumer,
  stream: event.stream,
  position: Number(position),
  event: event.id,
  type: event.type,
  error,
  since,
  attempts,
});

const unknown = (): Rejection => new Rejection('ParkedUnknown', 'Nothing is parked under this id.');

/** Events that a projection could not apply, and the later ones of their streams. */
@ApiTags('parked')
@Controller('v1/parked')
@SetMetadata(needs, 'operate')
export class ParkedController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'Parked events, by position' })
  @ApiResponse(answer(200, pageOf(parked), 'A page.'))
  async list(@Query({ schema: parkedQuery }) query: ParkedQuery, @Req() request: Request): Promise<Page<Parked>> {
    const { limit, cursor, consumer } = query;
    const scope = [callerOf(request).tenant, consumer];
    const after = parkedEvents.after(cursor, scope);
    const found = await this.desk(request, (desk) => desk.list({ consumer, after, limit: limit + 1 }));
    const { items, nextCursor } = parkedEvents.page(
      found,
      limit,
      ({ consumer, position }) => ({ consumer, position }),
      scope,
    );
    return { items: items.map(shown), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One parked event' })
  @ApiResponse(answer(200, parked, 'The event.'))
  @ApiResponse(problem(404, 'Nothing is parked under this id.'))
  async get(@Param({ schema: parkedParam }) { id }: ParkedParam, @Req() request: Request): Promise<Parked> {
    const found = await this.desk(request, (desk) => desk.show(id));
    if (!found) throw unknown();
    return shown(found);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Has the whole stream of the event tried again, in order' })
  @ApiResponse(answer(202, z.strictObject({ waiting: z.int() }), 'It will be tried; so many events wait there.'))
  @ApiResponse(problem(404, 'Nothing is parked under this id.'))
  async retry(
    @Param({ schema: parkedParam }) { id }: ParkedParam,
    @Req() request: Request,
  ): Promise<{ waiting: number }> {
    const waiting = await this.desk(request, (desk) => desk.retry(id));
    if (waiting === 0) throw unknown();
    return { waiting };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Gives one event up for good, on record; what waits behind it is tried next' })
  @ApiResponse({ status: 204, description: 'It is given up.' })
  @ApiResponse(problem(404, 'Nothing is parked under this id.'))
  async drop(
    @Param({ schema: parkedParam }) { id }: ParkedParam,
    @Query({ schema: z.strictObject({ reason: z.string().max(1_000).optional() }) }) { reason }: { reason?: string },
    @Req() request: Request,
  ): Promise<void> {
    const { actor } = callerOf(request);
    if (!(await this.desk(request, (desk) => desk.drop(id, reason ?? 'no reason given', actor)))) throw unknown();
  }

  private desk<T>(request: Request, use: (desk: ParkedDesk) => Promise<T>): Promise<T> {
    return this.timeline.read(readerOf(request), undefined, ({ client }) => use(parkedDesk(client)));
  }
}
