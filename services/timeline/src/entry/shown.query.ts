import { gathered } from '@throughline/service';
import type { Reader } from '../reading.ts';
import type { Timeline } from '../timeline.ts';
import { entriesOf } from './entry.query.ts';
import type { Entry } from './entry.ts';

/** The entries that show some events, by event. */
type Shown = (events: Iterable<string>) => Promise<ReadonlyMap<string, Entry>>;

const shownTo = (timeline: Timeline, reader: Reader): Shown =>
  gathered(async (events: readonly string[]) => {
    const entries = await timeline.read(reader, undefined, (reading) => entriesOf(reading, events));
    return new Map(entries.map((entry) => [entry.id, entry]));
  });

/** What is asked for at about the same time is read at once: whoever watches hears of news together with all others. */
export const shownOf = (timeline: Timeline) => {
  const readers = new Map<string, Shown>();
  return ({ tenant, opens }: Reader, events: Iterable<string>): ReturnType<Shown> => {
    const key = `${opens} ${tenant}`;
    const shown = readers.get(key) ?? shownTo(timeline, { tenant, opens });
    readers.set(key, shown);
    return shown(events);
  };
};
