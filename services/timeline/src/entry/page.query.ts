import { list, type Page } from '@throughline/host';
import { z } from 'zod';
import type { Reader, Reading } from '../reading.ts';
import type { Timeline, When } from '../timeline.ts';
import { page } from './entry.query.ts';
import { type Entry, entryTypes, words } from './entry.ts';
import type { Filter, Place, Whose } from './line.query.ts';
import type { Seen } from './seen.ts';

/** What a caller asks a timeline for. */
export type Asked = Omit<Filter, 'types'> &
  When & {
    readonly type: 'words' | 'all';
    readonly limit: number;
    readonly cursor?: string;
  };

/** A page; with what was known, where another moment was asked about. */
export type EntryPage = Page<Entry> & { readonly position?: number };

/** With the first page of a customer as of now, what whoever reads it has seen: the stream of that timeline goes on after it. */
type Read = { readonly page: EntryPage; readonly seen?: Seen };

const timelines = list<Place>('timeline', z.strictObject({ at: z.string(), position: z.coerce.bigint() }));

const filterOf = (timeline: Timeline, tenant: string, asked: Asked): Filter => {
  const { channel, direction, kind, participant, conversation, from, to, type } = asked;
  return {
    channel,
    direction,
    kind,
    participant: participant && timeline.handleIdOf(tenant, participant, '/participant'),
    conversation,
    from,
    to,
    types: type === 'all' ? undefined : words,
  };
};

// Whose timeline it is, is no part of the scope: places are the same in all, and a customer may get another id meanwhile.
const scopeOf = (tenant: string, filter: Filter, { asOf, recordedAsOf }: When) => [
  tenant,
  Object.entries(filter),
  asOf,
  recordedAsOf,
];

const whenOf = ({ minPosition, asOf, recordedAsOf }: Asked): When => ({ minPosition, asOf, recordedAsOf });

/** A page of a timeline as it is asked for; a cursor goes on under the same conditions. */
export const readPage = async (
  timeline: Timeline,
  reader: Reader,
  whose: (reading: Reading) => Promise<Whose>,
  asked: Asked,
): Promise<Read> => {
  const filter = filterOf(timeline, reader.tenant, asked);
  const scope = scopeOf(reader.tenant, filter, asked);
  const after = timelines.after(asked.cursor, scope);
  return timeline.readThen(reader, whenOf(asked), async (reading) => {
    const { moment } = reading;
    // Before the rows are read: they have all up to there.
    const position = timeline.watermark('timeline', 'identity').position();
    const theirs = await whose(reading);
    const [found, seen] = await Promise.all([
      page(reading, theirs, filter, { after, limit: asked.limit + 1 }),
      'handles' in theirs && !after && !moment ? timeline.stands.seen(position) : undefined,
    ]);
    const { items, nextCursor } = timelines.page(found, asked.limit, ({ place }) => place, scope);
    const then = moment && { position: Number(moment.position) };
    return { page: { items: items.map(({ entry }) => entry), nextCursor, ...then }, ...(seen && { seen }) };
  });
};

/** All of a timeline, newest first, each entry with the cursor that goes on after it. Pulled page by page. */
export async function* readAll(
  timeline: Timeline,
  reader: Reader,
  whose: (reading: Reading) => Promise<Whose>,
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<{ readonly entry: Entry; readonly cursor: string }, void, void> {
  const filter = filterOf(timeline, reader.tenant, asked);
  const scope = scopeOf(reader.tenant, filter, asked);
  let after = timelines.after(asked.cursor, scope);
  for (let { minPosition } = asked; !signal.aborted; minPosition = undefined) {
    const range = { after, limit: asked.limit };
    const found = await timeline.readThen(reader, { ...whenOf(asked), minPosition }, async (reading) =>
      page(reading, await whose(reading), filter, range),
    );
    for (const one of found) {
      // A page of one item with another behind it has the cursor that goes on after the one.
      const { nextCursor } = timelines.page([one, one], 1, ({ place }) => place, scope);
      yield { entry: one.entry, cursor: nextCursor! };
    }
    if (found.length < asked.limit) return;
    after = found.at(-1)!.place;
  }
}

/** The types that a stream shows. */
export const typesOf = (type: Asked['type']) => (type === 'all' ? entryTypes : words);
