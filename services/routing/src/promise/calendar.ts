import { isDeepStrictEqual } from 'node:util';
import type { DataOf, Event, Instant } from '@throughline/contracts';
import { type Decision, type Fault, Rejection, type Stream } from '@throughline/decider';
import { clockAt, type Day, dayAfter, dayAt, isZone } from './zone.ts';

/** When people work. Version 0 is a calendar as it comes, before anybody defined it. */
export type Calendar = DataOf<'CalendarDefined'>;

type Hours = Calendar['hours'];
type Span = { readonly from: string; readonly to: string };

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const everyDay = (days: readonly (typeof weekdays)[number][], span: Span): Hours =>
  Object.fromEntries(days.map((day) => [day, [span]]));

/** The calendars that there are before anybody defines one. */
export const usualCalendars: readonly Calendar[] = [
  {
    calendar: 'always',
    version: 0,
    zone: 'UTC',
    hours: everyDay(weekdays, { from: '00:00', to: '24:00' }),
    holidays: [],
  },
  {
    calendar: 'business',
    version: 0,
    zone: 'UTC',
    hours: everyDay(weekdays.slice(0, 5), { from: '09:00', to: '18:00' }),
    holidays: [],
  },
];

type Worked = readonly [from: number, to: number];

// A calendar is decided with again and again, and on few days.
const known = new WeakMap<Calendar, Map<string, readonly Worked[]>>();

const worked = (calendar: Calendar, day: Day): readonly Worked[] => {
  const days = known.get(calendar) ?? new Map<string, readonly Worked[]>();
  known.set(calendar, days);
  const found = days.get(day.date) ?? workedOn(calendar, day);
  days.set(day.date, found);
  return found;
};

const workedOn = ({ zone, hours, holidays }: Calendar, day: Day): Worked[] => {
  if (holidays.includes(day.date)) return [];
  const spans = hours[weekdays[day.weekday - 1]!] ?? [];
  return spans
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ from, to }): Worked => [clockAt(zone, day, from, 'first'), clockAt(zone, day, to, 'last')])
    .filter(([from, to]) => from < to);
};

/** Nothing is due later than so many days after it is counted from, however little a calendar works. */
export const furthestDays = 1_100;

// Of hours that the clocks show twice the end of one span can come after the beginning of the next: counted once.
function* workedSince(calendar: Calendar, start: number): Iterable<Worked> {
  let [reached, day] = [start, dayAt(calendar.zone, start)];
  for (let nth = 0; nth < furthestDays; nth += 1, day = dayAfter(day))
    for (const [begin, end] of worked(calendar, day)) {
      if (end > reached) yield [Math.max(begin, reached), end];
      reached = Math.max(reached, end);
    }
}

/** When people have worked for so many milliseconds from an instant on. */
export const workedAfter = (calendar: Calendar, from: Instant, ms: number): Instant => {
  const start = Date.parse(from);
  let left = ms;
  for (const [begin, end] of workedSince(calendar, start)) {
    if (end - begin >= left) return new Date(begin + left).toISOString();
    left -= end - begin;
  }
  return new Date(start + furthestDays * 86_400_000).toISOString();
};

/** How many milliseconds people work between two instants; nothing where the second is not after the first. */
export const workedBetween = (calendar: Calendar, from: Instant, to: Instant): number => {
  const until = Date.parse(to);
  let sum = 0;
  for (const [begin, end] of workedSince(calendar, Date.parse(from))) {
    if (begin >= until) break;
    sum += Math.min(end, until) - begin;
  }
  return sum;
};

const faultsOfDay = (day: string, spans: readonly Span[]): Fault[] => {
  const backwards = spans.flatMap(({ from, to }, at) =>
    from < to ? [] : [{ pointer: `/hours/${day}/${at}/to`, reason: 'is not after from' }],
  );
  const inOrder = spans.map((span, at) => ({ ...span, at })).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const within = inOrder.flatMap(({ from, at }, nth) =>
    nth > 0 && from < inOrder[nth - 1]!.to
      ? [{ pointer: `/hours/${day}/${at}/from`, reason: 'is within other hours of the day' }]
      : [],
  );
  return [...backwards, ...within];
};

/** What is wrong with a calendar. */
export const faultsOf = ({ zone, hours }: Pick<Calendar, 'zone' | 'hours'>): Fault[] => {
  const days = weekdays.map((day) => [day, hours[day] ?? []] as const);
  return [
    ...(isZone(zone) ? [] : [{ pointer: '/zone', reason: 'is not a time zone, such as Europe/Berlin' }]),
    ...(days.every(([, spans]) => spans.length === 0) ? [{ pointer: '/hours', reason: 'has no working time' }] : []),
    ...days.flatMap(([day, spans]) => faultsOfDay(day, spans)),
  ];
};

export type CalendarEvent = Event<'CalendarDefined'>;
export type CalendarDecision = Decision<Calendar | undefined, CalendarEvent>;

/** One calendar, as it was defined last. */
export const calendars: Stream<Calendar | undefined, CalendarEvent> = {
  initial: undefined,
  evolve: (_, { data }) => data,
};

/** From now on they work so; what is due already stays. Throws Rejection `CalendarInvalid`, naming each field. */
export const define =
  (calendar: Omit<Calendar, 'version'>): CalendarDecision =>
  (state) => {
    const faults = faultsOf(calendar);
    if (faults.length > 0) throw new Rejection('CalendarInvalid', 'Nobody can work by this calendar.', faults);
    const next = { ...calendar, version: (state?.version ?? 0) + 1 };
    if (state && isDeepStrictEqual({ ...next, version: state.version }, state)) return [];
    return [{ type: 'CalendarDefined', data: next }];
  };
