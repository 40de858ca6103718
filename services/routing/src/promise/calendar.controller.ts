import { Body, Controller, Get, Param, Put, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  needs,
  type Page,
  pageOf,
  problem,
} from '@throughline/host';
import { type Written, written } from '../edge.ts';
import {
  calendarBody,
  type CalendarBody,
  CalendarDesk,
  calendarParam,
  type CalendarParam,
  calendarQuery,
  type CalendarQuery,
  listedCalendar,
} from './calendar.desk.ts';
import type { Calendar } from './calendar.ts';

/** When people work, as promises count it. */
@ApiTags('promises')
@Controller('v1/calendars')
export class CalendarController {
  constructor(private readonly desk: CalendarDesk) {}

  @Get()
  @SetMetadata(needs, 'read')
  @ApiOperation({ summary: 'Calendars by name' })
  @ApiResponse(answer(200, pageOf(listedCalendar), 'A page.'))
  list(@Query({ schema: calendarQuery }) query: CalendarQuery, @Req() request: CallSource): Promise<Page<Calendar>> {
    return this.desk.list(callerOf(request).tenant, query);
  }

  @Put(':calendar')
  @SetMetadata(needs, 'lead')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say when people work from now on; what is due already stays' })
  @ApiResponse(answer(200, written, 'So it is, now or before.'))
  @ApiResponse(problem(422, 'Nobody can work by it: which field, and why.'))
  define(
    @Param({ schema: calendarParam }) { calendar }: CalendarParam,
    @Body({ schema: calendarBody }) body: CalendarBody,
    @Req() request: CallSource,
  ): Promise<Written> {
    return this.desk.define(request, calendar, body);
  }
}
