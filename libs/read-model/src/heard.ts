import { type EventName, isEventName, parseStored, UnknownEvent } from '@throughline/contracts';
import { Poison } from '@throughline/feed';
import type { StoredEvent } from '@throughline/ledger';
import type { Heard, Projector } from './projector.ts';

/** Those of some events that a projector hears, parsed and upcast. Throws `Poison` for one that this build cannot read. */
export function heardOf<Name extends EventName>(
  { events: names, unknown = 'park' }: Pick<Projector<Name>, 'events' | 'unknown'>,
  events: readonly StoredEvent[],
): Heard<Name>[] {
  const hears = (type: string): boolean => (names as readonly string[]).includes(type);
  const heard: Heard<Name>[] = [];
  for (const stored of events) {
    if (hears(stored.type)) heard.push(parsed(stored));
    else if (unknown === 'park' && !isEventName(stored.type))
      throw new Poison(stored.position, new UnknownEvent(`an event of type ${stored.type}`));
  }
  return heard;
}

// The projections of a process are fed with the same events.
const known = new WeakMap<StoredEvent, Heard>();

function parsed<Name extends EventName>(stored: StoredEvent): Heard<Name> {
  try {
    const { position, tenant, stream, version, id, occurredAt, recordedAt } = stored;
    const envelope = { position, tenant, stream, version, id, occurredAt, recordedAt };
    const heard = known.get(stored) ?? ({ ...envelope, ...parseStored(stored), stored } as Heard);
    known.set(stored, heard);
    return heard as Heard<Name>;
  } catch (error) {
    throw new Poison(stored.position, error as Error);
  }
}
