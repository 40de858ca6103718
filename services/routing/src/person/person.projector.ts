import type { Party } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Change, Heard, Row } from '@throughline/read-model';
import { persons } from '../rows.ts';

/** Whom of ours an event names, and where in its data. */
const namedIn = ({ type, data }: Heard): readonly { readonly party: Party | undefined; readonly at: string }[] => {
  if (type === 'AgentDefined') return [{ party: data.agent, at: '/agent' }];
  if (type === 'TeamDefined') return [{ party: data.fallback, at: '/fallback' }];
  if (type === 'TaskHandedOn') return [{ party: data.to, at: '/to' }];
  if (type === 'OwnerAssigned' || type === 'CrmContextRead' || type === 'TaskScheduled')
    return [{ party: data.owner, at: '/owner' }];
  return [];
};

/** Where to look for the handle and the name of those whom an event names. */
export function* personChanges(event: Heard): Iterable<Change> {
  const { tenant, position, id, seals } = event;
  for (const { party, at } of namedIn(event)) {
    const theirs = seals.filter(({ f }) => f.some((field) => field.startsWith(`${at}/`)));
    if (!party || theirs.length === 0) continue;
    const named = theirs.some(({ f }) => f.includes(`${at}/name`)) ? 1 : 0;
    yield persons.put({ tenant, person: party.id, named, position, event: id, seals: JSON.stringify(theirs), at });
  }
}

/** The rows of who is erased in a batch, as they were before it, by the event that says so. */
export type Forgotten = ReadonlyMap<string, readonly Row[]>;

/** Reads what {@link forgetting} takes away. */
export const readForgotten = async (events: readonly Heard[], db: Client): Promise<Forgotten> => {
  const forgotten = new Map<string, readonly Row[]>();
  for (const { type, id, tenant, data } of events) {
    if (type !== 'SubjectErased') continue;
    const { rows } = await db.query<Row>({
      name: 'routing.forgotten',
      text: 'select tenant, person, named, position from routing.person where tenant = $1 and person = any($2::uuid[])',
      values: [tenant, data.subjects],
    });
    forgotten.set(id, rows);
  }
  return forgotten;
};

/** Lets go of who is erased: what was there before a batch, and what it told of them so far. */
export const forgetting = (forgotten: Forgotten) => {
  const told: Row[] = [];
  return {
    *passed(changes: Iterable<Change>): Iterable<Change> {
      for (const change of changes) {
        if (forgotten.size > 0) told.push(change.row);
        yield change;
      }
    },
    *erased({ id, tenant, data: { subjects } }: Heard<'SubjectErased'>): Iterable<Change> {
      const theirs = told.filter((row) => row['tenant'] === tenant && subjects.includes(row['person'] as string));
      for (const { person, named, position } of [...(forgotten.get(id) ?? []), ...theirs])
        yield { table: persons.name, is: 'remove', row: { tenant, person, named, position } };
    },
  };
};
