import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';
import { mentionsOf, namesAt, sealsAt } from './party.ts';

/** Where to look for the handle and the name of a party or account: the newest event that names it counts, best one with a name. */
export const faces = table({
  name: 'timeline.face',
  columns: { tenant: 'text', party: 'uuid', named: 'integer', position: 'bigint', at: 'text' },
  key: ['tenant', 'party', 'named', 'position'],
  merge: 'keep',
});

/** The rows that one event makes in the table above. */
export function* faceRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position } = event;
  for (const { id: party, at } of mentionsOf(event)) {
    // An event may name a party by its id alone: there is no face to be seen.
    if (sealsAt(event.seals, at).length === 0) continue;
    yield faces.put({ tenant, party, named: namesAt(event.seals, at) ? 1 : 0, position, at });
  }
}
