import { describe, expect, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import fc from 'fast-check';
import {
  type Calendar,
  calendars,
  define,
  furthestDays,
  usualCalendars,
  workedAfter,
  workedBetween,
} from './calendar.ts';

const minutes = (count: number): number => count * 60_000;
const hours = (count: number): number => minutes(count * 60);

const span = (from: string, to: string) => [{ from, to }];
const calendar = (zone: string, week: Calendar['hours'], holidays: string[] = []): Calendar => ({
  calendar: 'office',
  version: 1,
  zone,
  hours: week,
  holidays,
});
const officeDay = [...span('09:00', '12:00'), ...span('13:00', '18:00')];
const office = (zone = 'Europe/Berlin', holidays: string[] = []): Calendar =>
  calendar(
    zone,
    { monday: officeDay, tuesday: officeDay, wednesday: officeDay, thursday: officeDay, friday: officeDay },
    holidays,
  );
const daily = (zone: string, from: string, to: string): Calendar => calendar(zone, { sunday: span(from, to) });
const [always, business] = usualCalendars as [Calendar, Calendar];

describe('working time', () => {
  it.each([
    ['within a day', office(), '2026-05-04T08:00:00Z', minutes(5), '2026-05-04T08:05:00.000Z'],
    ['over a weekend', business, '2026-05-01T17:58:00Z', minutes(5), '2026-05-04T09:03:00.000Z'],
    ['to the end of a day', business, '2026-05-01T17:55:00Z', minutes(5), '2026-05-01T18:00:00.000Z'],
    ['from before a day begins', business, '2026-05-04T03:00:00Z', minutes(5), '2026-05-04T09:05:00.000Z'],
    ['over lunch', office(), '2026-05-04T09:30:00Z', hours(1), '2026-05-04T11:30:00.000Z'],
    ['from within lunch', office(), '2026-05-04T10:20:00Z', minutes(5), '2026-05-04T11:05:00.000Z'],
    ['over a holiday', office('Europe/Berlin', ['2026-05-04']), '2026-05-01T15:58:00Z', minutes(5), '2026-05-05T07:03:00.000Z'],
    ['in a zone far west', office('Pacific/Honolulu'), '2026-05-04T05:00:00Z', minutes(5), '2026-05-04T19:05:00.000Z'],
    ['round the clock', always, '2026-05-02T23:30:00Z', hours(24), '2026-05-03T23:30:00.000Z'],
    ['of no length', business, '2026-05-02T12:00:00Z', 0, '2026-05-04T09:00:00.000Z'],
  ])('counts %s', (_, days, from, ms, due) => expect(workedAfter(days, from, ms)).toBe(due)); // prettier-ignore

  // Clocks in Berlin go from 2:00 to 3:00 on 29 March 2026, and from 3:00 back to 2:00 on 25 October.
  it.each([
    ['is an hour shorter over a gap', daily('Europe/Berlin', '01:00', '05:00'), '2026-03-29', hours(3)],
    ['begins where the gap ends', daily('Europe/Berlin', '02:30', '05:00'), '2026-03-29', hours(2)],
    ['ends where the gap begins', daily('Europe/Berlin', '01:00', '02:30'), '2026-03-29', hours(1)],
    ['is none within the gap', daily('Europe/Berlin', '02:10', '02:50'), '2026-03-29', 0],
    ['is an hour longer over an overlap', daily('Europe/Berlin', '01:00', '05:00'), '2026-10-25', hours(5)],
    ['begins at the first of two', daily('Europe/Berlin', '02:30', '05:00'), '2026-10-25', hours(3.5)],
    ['ends at the last of two', daily('Europe/Berlin', '01:00', '02:30'), '2026-10-25', hours(2.5)],
    [
      'counts no hour twice',
      {
        ...daily('Europe/Berlin', '01:00', '02:30'),
        hours: { sunday: [...span('01:00', '02:30'), ...span('02:30', '04:00')] },
      },
      '2026-10-25',
      hours(4),
    ],
    ['knows a gap at midnight', daily('Asia/Beirut', '00:00', '02:00'), '2026-03-29', hours(1)],
  ])('%s', (_, days, date, ms) =>
    expect(workedBetween(days, `${before(date)}T00:00:00Z`, `${date}T23:00:00Z`)).toBe(ms),
  );

  it('knows no day that a zone never had', () => {
    const samoa = calendar('Pacific/Apia', { friday: span('00:00', '24:00') });
    expect(workedBetween(samoa, '2011-12-29T00:00:00Z', '2012-01-02T00:00:00Z')).toBe(0);
  });

  it('ends the search of a calendar that is never at work', () => {
    const gap = daily('Europe/Berlin', '02:10', '02:50');
    const due = workedAfter({ ...gap, hours: {} }, '2026-05-01T00:00:00Z', 1);
    expect(Date.parse(due) - Date.parse('2026-05-01T00:00:00Z')).toBe(furthestDays * 86_400_000);
  });

  it('is as long as what was counted, wherever and whenever', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
        fc.integer({ min: Date.parse('2025-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') }),
        fc.integer({ min: 1, max: hours(60) }),
        fc.integer({ min: 0, max: hours(60) }),
        (zone, start, ms, more) => {
          const days = office(zone);
          const from = new Date(start).toISOString();
          const due = workedAfter(days, from, ms);
          expect(workedBetween(days, from, due)).toBe(ms);
          expect(workedAfter(days, due, more) >= due).toBe(true);
          expect(workedAfter(days, from, ms + more)).toBe(more === 0 ? due : workedAfter(days, due, more));
        },
      ),
      { numRuns: 200 },
    ));
});

const before = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);

const given = specOf(calendars);
const { version: _, ...plain } = office();
const defined = (version: number, more: Partial<Calendar> = {}) =>
  ({ type: 'CalendarDefined', data: { ...plain, ...more, version } }) as const;

describe('a calendar', () => {
  it('is defined once, in its first version', () => given().when(define(plain)).yieldsOnce(defined(1)));
  it('has another version when it is another', () =>
    given(defined(1))
      .when(define({ ...plain, zone: 'Europe/Paris' }))
      .yieldsOnce(defined(2, { zone: 'Europe/Paris' })));

  it.each([
    ['without a working day', { hours: {} }, '/hours', 'has no working time'],
    ['without working hours', { hours: { monday: [] } }, '/hours', 'has no working time'],
    ['of no zone', { zone: 'Mars/Olympus' }, '/zone', 'is not a time zone, such as Europe/Berlin'],
    ['of an offset', { zone: '+01:00' }, '/zone', 'is not a time zone, such as Europe/Berlin'],
    ['whose day ends before it begins', { hours: { monday: span('18:00', '09:00') } }, '/hours/monday/0/to', 'is not after from'],
    [
      'whose hours overlap',
      { hours: { monday: [...span('12:00', '18:00'), ...span('09:00', '12:30')] } },
      '/hours/monday/0/from',
      'is within other hours of the day',
    ],
  ])('%s is refused, naming the field', (_, more, pointer, reason) =>
    expect(() => define({ ...plain, ...more })(undefined)).toThrow(
      expect.objectContaining({ code: 'CalendarInvalid', faults: [{ pointer, reason }] }),
    )); // prettier-ignore
});
