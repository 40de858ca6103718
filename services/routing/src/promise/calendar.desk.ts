import { Inject, Injectable } from '@nestjs/common';
import { calendarName, plainId, streamOf } from '@throughline/contracts';
import { callerOf, type CallSource, idFrom, list, type Page, paging } from '@throughline/host';
import { z } from 'zod';
import { readable, waiting, type Written, writtenOf } from '../edge.ts';
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

export const calendarBody = z.strictObject({
  zone: plainId(64).describe('Whose clocks count: an IANA time zone, such as Europe/Berlin.'),
  hours: z.strictObject(Object.fromEntries(weekdays.map((name) => [name, day])) as Record<(typeof weekdays)[number], typeof day>), // prettier-ignore
  holidays: z.array(z.iso.date()).max(1_000).default([]).describe('Days on which nobody works.'),
});
export type CalendarBody = z.infer<typeof calendarBody>;

/** A calendar as callers see it. */
export const listedCalendar = calendarBody.extend({
  calendar: calendarName,
  version: z.int().describe('0 as it comes, before anybody defined it.'),
});

/** The `{calendar}` of a path. */
export const calendarParam = z.strictObject({ calendar: calendarName });
export type CalendarParam = z.infer<typeof calendarParam>;

const page = list<string>('calendars', z.string());
export const calendarQuery = z.strictObject({ ...paging, ...waiting });
export type CalendarQuery = z.infer<typeof calendarQuery>;

/** When people work, told and changed, whichever way somebody asks. */
@Injectable()
export class CalendarDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** Calendars by name, those that there are anyway among them. */
  async list(tenant: string, { limit, cursor, minPosition }: CalendarQuery): Promise<Page<Calendar>> {
    const after = page.after(cursor, [tenant]) ?? '';
    await readable(this.options, minPosition);
    const { promises } = await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant));
    const found = promises.calendars
      .filter(({ calendar }) => calendar > after)
      .toSorted((a, b) => (a.calendar < b.calendar ? -1 : 1));
    return page.page(found.slice(0, limit + 1), limit, ({ calendar }) => calendar, [tenant]);
  }

  /** When people work from now on. Throws Rejection `CalendarInvalid`, naming each field. */
  async define(source: CallSource, calendar: string, body: CalendarBody): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const told = await transact<Calendar | undefined, CalendarEvent>(this.options, {
      tenant,
      stream: streamOf.calendar(calendar),
      noun: calendars,
      hears: ['CalendarDefined'],
      decide: define({ calendar, ...body }),
      id: idFrom(source),
      actor,
      content: body,
    });
    return writtenOf(told!);
  }
}
