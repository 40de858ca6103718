import { Body, Controller, Get, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { calendarName, plainId, streamOf } from '@throughline/contracts';
import {
  answer, ApiOperation, ApiResponse, ApiTags, callerOf, type CallSource, idFrom, list, type Page, pageOf, paging,
  problem,
} from '@throughline/host'; // prettier-ignore
import { z } from 'zod';
import { readable, waiting, type Written, written, writtenOf } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { transact } from '../transact.ts';
import { type Calendar, type CalendarEvent, calendars, define, weekdays } from './calendar.ts';

const clock = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is not a time of day from 00:00 to 24:00, such as 09:00');
const day = z
  .array(z.strictObject({ from: clock, to: clock }))
  .max(24)
  .optional()
  .describe('From when to when, as often as work begins again: 09:00–12:00 and 13:00–18:00 with lunch between them.');

const calendarBody = z.strictObject({
  zone: plainId(64).describe('Whose clocks count: an IANA time zone, such as Europe/Berlin.'),
  hours: z.strictObject(Object.fromEntries(weekdays.map((name) => [name, day])) as Record<(typeof weekdays)[number], typeof day>), // prettier-ignore
  holidays: z.array(z.iso.date()).max(1_000).default([]).describe('Days on which nobody works.'),
});
type CalendarBody = z.infer<typeof calendarBody>;

const listedCalendar = calendarBody.extend({
  calendar: calendarName,
  version: z.int().describe('0 as it comes, before anybody defined it.'),
});

const calendarParam = z.strictObject({ calendar: calendarName });
type CalendarParam = z.infer<typeof calendarParam>;

const page = list<string>('calendars', z.string());
const calendarQuery = z.strictObject({ ...paging, ...waiting });
type CalendarQuery = z.infer<typeof calendarQuery>;

/** When people work, as promises count it. */
@ApiTags('promises')
@Controller('v1/calendars')
export class CalendarController {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  @Get()
  @ApiOperation({ summary: 'Calendars by name' })
  @ApiResponse(answer(200, pageOf(listedCalendar), 'A page.'))
  async list(
    @Query({ schema: calendarQuery }) query: CalendarQuery,
    @Req() request: CallSource,
  ): Promise<Page<Calendar>> {
    const { limit, cursor, minPosition } = query;
    const { tenant } = callerOf(request);
    const after = page.after(cursor, [tenant]) ?? '';
    await readable(this.options, minPosition);
    const { promises } = await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
    const found = promises.calendars
      .filter(({ calendar }) => calendar > after)
      .toSorted((a, b) => (a.calendar < b.calendar ? -1 : 1));
    return page.page(found.slice(0, limit + 1), limit, ({ calendar }) => calendar, [tenant]);
  }

  @Put(':calendar')
  @ApiOperation({ summary: 'Say when people work from now on; what is due already stays' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(422, 'Nobody can work by it: which field, and why.'))
  async define(
    @Param({ schema: calendarParam }) { calendar }: CalendarParam,
    @Body({ schema: calendarBody }) body: CalendarBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    const { tenant, actor } = callerOf(request);
    const told = await transact<Calendar | undefined, CalendarEvent>(this.options, {
      tenant,
      stream: streamOf.calendar(calendar),
      noun: calendars,
      hears: ['CalendarDefined'],
      decide: define({ calendar, ...body }),
      id: idFrom(request),
      actor,
      content: body,
    });
    return writtenOf(told!);
  }
}
