import { type Change, type Heard, table } from '@throughline/read-model';
import { typeOf } from '../entry/entry.ts';
import { digestOf } from './fact.ts';

/** How much a tenant has, and the sums that the checksum of its captured facts is made of. */
export const facts = table({
  name: 'timeline.fact',
  columns: {
    tenant: 'text',
    events: 'bigint',
    interactions: 'bigint',
    entries: 'bigint',
    part_0: 'bigint',
    part_1: 'bigint',
    part_2: 'bigint',
    part_3: 'bigint',
    part_4: 'bigint',
    part_5: 'bigint',
    part_6: 'bigint',
    part_7: 'bigint',
  },
  key: ['tenant'],
  merge: 'add',
});

const none = { part_0: 0, part_1: 0, part_2: 0, part_3: 0, part_4: 0, part_5: 0, part_6: 0, part_7: 0 };

/** The row that one event adds to the table above. */
export const factRow = (event: Heard): Change => {
  const { tenant, type, id } = event;
  const entries = Object.hasOwn(typeOf, type) ? 1 : 0;
  if (type !== 'InteractionCaptured') return facts.put({ tenant, events: 1, interactions: 0, entries, ...none });
  const digest = Object.fromEntries(digestOf(id).map((part, index) => [`part_${index}`, part])) as typeof none;
  return facts.put({ tenant, events: 1, interactions: 1, entries, ...digest });
};
