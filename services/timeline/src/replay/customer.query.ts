import type { Reader } from '../reading.ts';
import type { Timeline } from '../timeline.ts';

/** The ids by which events name a customer: of handles, conversations and matters. Throws `CustomerUnknown`, `InvalidQuery`. */
export const idsOfCustomer = (timeline: Timeline, reader: Reader, customer: string): Promise<ReadonlySet<string>> =>
  timeline.read(reader, undefined, async (reading) => {
    const handles = await timeline.handlesBy(reading, customer);
    const { rows } = await reading.client.query<{ id: string }>({
      name: 'timeline.replay.ids of customer',
      text: `
        select distinct conversation as id from timeline.entry_of_handle
        where tenant = $1 and handle = any($2::uuid[]) and conversation is not null
        union select matter from timeline.matter where tenant = $1 and subject = any($2::uuid[])`,
      values: [reader.tenant, handles],
    });
    return new Set([...handles, ...rows.map(({ id }) => id)]);
  });
