import { Temporal } from 'temporal-polyfill';

/** The version of the time zones' rules that instants are counted with, such as 2026a. */
export const tzdata: string = process.versions.tz ?? 'unknown';

/** Whether clocks are known to be kept so somewhere: an IANA name, such as Europe/Berlin. */
export const isZone = (zone: string): boolean => {
  try {
    // An offset such as +01:00 knows no summer: whoever means a place says so.
    return /^[A-Za-z]/.test(zone) && Boolean(Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone));
  } catch {
    return false;
  }
};

/** A day as the people of a zone call it: its date and the day of the week, 1 for Monday. */
export type Day = { readonly date: string; readonly weekday: number };

const dayOf = (date: Temporal.PlainDate): Day => ({ date: date.toString(), weekday: date.dayOfWeek });

/** The day that it is in a zone at an instant, in milliseconds. */
export const dayAt = (zone: string, ms: number): Day =>
  dayOf(Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone).toPlainDate());

/** The day after another one. */
export const dayAfter = ({ date }: Day): Day => dayOf(Temporal.PlainDate.from(date).add({ days: 1 }));

/**
 * When the clocks of a zone show a time of a day: an instant in milliseconds; 24:00 is the beginning of the next day. A
 * time that the clocks leave out is when they leave it out; of one that they show twice it is the `first` or the `last`.
 */
export const clockAt = (zone: string, day: Day, time: string, which: 'first' | 'last'): number => {
  const [{ date }, clock] = time === '24:00' ? [dayAfter(day), '00:00'] : [day, time];
  const shown = Temporal.PlainDateTime.from(`${date}T${clock}`);
  const first = shown.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const last = shown.toZonedDateTime(zone, { disambiguation: 'later' });
  if (first.epochMilliseconds === last.epochMilliseconds) return first.epochMilliseconds;
  if (first.toPlainDateTime().equals(shown)) return (which === 'first' ? first : last).epochMilliseconds;
  return first.getTimeZoneTransition('next')!.epochMilliseconds;
};
