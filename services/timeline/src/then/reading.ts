import { changedSince, clientThen } from '@throughline/read-model';
import type { Moment } from '@throughline/service';
import type { Reading } from '../reading.ts';
import type { TimelineOptions } from '../timeline.ts';
import { foldUntil, nouns } from './changed.ts';
import { relationsAt } from './tables.ts';

/** The same reading as of another moment. */
export const readingThen = (reading: Reading, { ledger }: Pick<TimelineOptions, 'ledger'>, moment: Moment): Reading => {
  const { client } = reading;
  return {
    ...reading,
    client: clientThen(client, relationsAt(moment)),
    now: moment.now,
    moment,
    about: async (subjects) => {
      const known = { ...moment, which: { column: 'subject', ids: subjects } } as const;
      const changed = await changedSince({ ...reading, ledger }, nouns, foldUntil(moment.until), known);
      return { ...reading, client: clientThen(client, relationsAt(moment, changed)), now: moment.now, moment };
    },
  };
};
