import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  Calendar,
  type DefineCalendarRequest,
  type DefineCalendarResponse,
  type ListCalendarsRequest,
  type ListCalendarsResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/calendar';
import { callerOf, needs, plain, valid } from '@throughline/host';
import { queryOf, writtenMessage } from '../edge.ts';
import { calendarBody, CalendarDesk, calendarParam, calendarQuery } from './calendar.desk.ts';

/** When people work, over gRPC. */
@Controller()
export class CalendarGrpcController {
  constructor(private readonly desk: CalendarDesk) {}

  @GrpcMethod('RoutingService', 'listCalendars')
  @SetMetadata(needs, 'read')
  async list(request: ListCalendarsRequest, metadata: Metadata): Promise<ListCalendarsResponse> {
    const { items, nextCursor } = await this.desk.list(callerOf(metadata).tenant, queryOf(calendarQuery, request));
    return { items: items.map((one) => Calendar.fromPartial(one)), nextCursor: nextCursor ?? undefined };
  }

  @GrpcMethod('RoutingService', 'defineCalendar')
  @SetMetadata(needs, 'lead')
  async define(
    { calendar: name, ...body }: DefineCalendarRequest,
    metadata: Metadata,
  ): Promise<DefineCalendarResponse> {
    const { calendar } = valid(calendarParam, { calendar: name });
    return writtenMessage(await this.desk.define(metadata, calendar, valid(calendarBody, plain(body))));
  }
}
