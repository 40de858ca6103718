import type { Party } from '@throughline/contracts';
import type { Change, Heard } from '@throughline/read-model';
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
