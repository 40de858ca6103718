import { setImmediate as turn } from 'node:timers/promises';
import type { Reader } from '../reading.ts';
import type { Timeline } from '../timeline.ts';
import { entriesOf } from './entry.query.ts';
import type { Entry } from './entry.ts';

type Entries = ReadonlyMap<string, Entry>;

/**
 * The entries that show these events, by event. What is asked for at about the same time is read at once: whoever watches
 * hears of news together with all others.
 */
export const shownOf = (timeline: Timeline) => {
  const next = new Map<string, { readonly events: Set<string>; readonly entries: Promise<Entries> }>();

  const begin = (reader: Reader, key: string) => {
    const events = new Set<string>();
    const read = async (): Promise<Entries> => {
      await turn();
      next.delete(key);
      const entries = await timeline.read(reader, undefined, (reading) => entriesOf(reading, [...events]));
      return new Map(entries.map((entry) => [entry.id, entry]));
    };
    const begun = { events, entries: read() };
    next.set(key, begun);
    return begun;
  };

  return ({ tenant, opens }: Reader, asked: Iterable<string>): Promise<Entries> => {
    const key = `${opens} ${tenant}`;
    const { events, entries } = next.get(key) ?? begin({ tenant, opens }, key);
    for (const event of asked) events.add(event);
    return entries;
  };
};
