import { Controller, Get, Param, Query, Req, Res, SetMetadata, UseFilters } from '@nestjs/common';
import { channel, direction, instant, kind, uuid } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { handlesOf } from '@throughline/identity';
import { pageThen } from '@throughline/service';
import {
  answer,
  ApiOperation,
  ApiResponse,
  ApiTags,
  lastEventId,
  needs,
  paging,
  problem,
  problemBody,
  problemOf,
  sse,
} from '@throughline/host';
import { z } from 'zod';
import { accountExists } from '../account/account.query.ts';
import {
  handleParam,
  type IdParam,
  idParam,
  MovedFilter,
  positionParam,
  type Reply,
  type Request,
  when,
} from '../edge.ts';
import { timelineProblems } from '../problems.ts';
import { type Reading, readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { entry } from './entry.ts';
import { liveEntries } from './live.query.ts';
import { type EntryPage, readPage, typesOf } from './page.query.ts';
import { idOf, seenBy } from './seen.ts';

const type = z
  .enum(['words', 'all'])
  .default('words')
  .describe('What people said and wrote, or what was decided as well.');

/** The conditions that a timeline can be asked under. */
export const timelineQuery = z.strictObject({
  ...paging,
  type,
  channel: channel.optional(),
  direction: direction.optional(),
  kind: kind.optional(),
  participant: handleParam.optional().describe('A handle that takes part, or its id.'),
  conversation: uuid.optional(),
  from: instant.optional().describe('At this moment or after it.'),
  to: instant.optional().describe('Before this moment.'),
  ...when,
});
export type TimelineQuery = z.infer<typeof timelineQuery>;

const seenHeader = {
  schema: { type: 'string' as const },
  description:
    'Of the first page as of now: with the same header the stream goes on after it, and refuses who read a future that was given up.',
};

const streamQuery = z.strictObject({
  type,
  after: positionParam
    .optional()
    .describe('The position after which it begins; by default now, or after Last-Event-ID.'),
});
type StreamQuery = z.infer<typeof streamQuery>;

/** Timelines of customers and of accounts. */
@ApiTags('timelines')
@Controller('v1')
@SetMetadata(needs, 'read')
@UseFilters(MovedFilter)
export class EntryController {
  constructor(private readonly timeline: Timeline) {}

  @Get('customers/:id/timeline')
  @ApiOperation({ summary: 'The timeline of a customer, newest first' })
  @ApiResponse({ ...answer(200, pageThen(entry), 'A page.'), headers: { 'Last-Event-ID': seenHeader } })
  @ApiResponse({ status: 308, description: 'The id is part of another customer by now.' })
  @ApiResponse(problem(404, 'No customer has this id.'))
  @ApiResponse(problem(422, 'recordedAsOf is before the first event.'))
  @ApiResponse(problem(501, 'The ledger is in a store that does not tell what was known when.'))
  @ApiResponse(problem(503, 'What was written at minPosition, or known at recordedAsOf, cannot be read yet.'))
  async ofCustomer(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: timelineQuery }) query: TimelineQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EntryPage> {
    const whose = async (reading: Reading) => {
      const handles = await handlesOf(reading.client, reading.tenant, id);
      // None are those of an id that is no customer's by now: this says what became of it.
      return handles.length > 0 ? { handles } : this.timeline.standingExactly(reading, id);
    };
    const { page, seen } = await readPage(this.timeline, readerOf(request), whose, query);
    if (seen) reply.header('last-event-id', idOf(seen));
    return page;
  }

  @Get('accounts/:id/timeline')
  @ApiOperation({ summary: 'The timeline of an account, newest first' })
  @ApiResponse(answer(200, pageThen(entry), 'A page.'))
  @ApiResponse(problem(404, 'No account has this id.'))
  async ofAccount(
    @Param({ schema: idParam }) { id: account }: IdParam,
    @Query({ schema: timelineQuery }) query: TimelineQuery,
    @Req() request: Request,
  ): Promise<EntryPage> {
    const whose = async (reading: Reading) => {
      if (await accountExists(reading, account)) return { account };
      throw new Rejection('AccountUnknown', 'No account has this id.');
    };
    return (await readPage(this.timeline, readerOf(request), whose, query)).page;
  }

  @Get('customers/:id/timeline/stream')
  @ApiOperation({ summary: 'Entries of a customer as they come and change, as server-sent events' })
  @ApiResponse({
    status: 200,
    description:
      'text/event-stream: event `entry`, id its position (and its fork, once the ledger was restored); resumes from Last-Event-ID, or after a page by the Last-Event-ID that came with it. It begins with an event `begin`, whose id says where; data null. It ends with an event `problem` where the ledger is restored to an earlier time than that: read the timeline anew.',
  })
  @ApiResponse(problem(404, 'No customer has this id.'))
  async stream(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: streamQuery }) query: StreamQuery,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const reader = readerOf(request);
    const customer = await this.timeline.read(reader, undefined, (reading) => this.timeline.exactly(reading, id));
    const last = lastEventId(request);
    const pointer = last === undefined ? '/after' : '/last-event-id';
    const seen = last === undefined ? undefined : seenBy(last);
    const after = seen?.position ?? query.after;
    if (after !== undefined) await this.timeline.refuseBeyond(after, pointer);
    if (seen) await this.timeline.stands.refuseForeign(seen, pointer);
    const types = typesOf(query.type);
    const { timeline } = this;
    sse(reply, async function* (signal) {
      try {
        for await (const arrival of liveEntries(timeline, { reader, customer, after, types }, signal))
          yield { id: idOf(arrival), event: arrival.entry ? 'entry' : 'begin', data: arrival.entry ?? null };
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
        // Without an id, so that whoever comes back by itself does not go on after what is not there any more.
        yield { id: '', event: 'problem', data: problemBody(problemOf(error, timelineProblems)) };
      }
    });
  }
}
