import type { Position, StoredEvent } from '@throughline/ledger';
import type { Aside, Batch, Partition } from './consumer.ts';
import { markOf } from './ground.ts';
import type { StreamName } from './parked.ts';

/** A stream's name as a key: unlike any other tenant's. */
export const keyOf = ({ tenant, stream }: StreamName): string => `${tenant}\0${stream}`;

/** What a consumer does not apply: whole streams that it has put aside, and events known not to be applicable. */
export type Refused = { readonly streams: ReadonlySet<string>; readonly events: ReadonlyMap<Position, Error> };

/** The batch that takes the checkpoint from `after` to `to`: what to apply, and what goes aside, with its stream from there on. */
export const plan = (
  place: { readonly partition: Partition; readonly after: Position; readonly to: Position },
  events: readonly StoredEvent[],
  refused: Refused,
): Batch => {
  const streams = new Set(refused.streams);
  const applied: StoredEvent[] = [];
  const park: Aside[] = [];
  let last: StoredEvent | undefined;
  for (const event of events) {
    if (event.position <= place.after) continue;
    if (event.position > place.to) break;
    last = event;
    const error = refused.events.get(event.position);
    if (error) streams.add(keyOf(event));
    if (streams.has(keyOf(event))) park.push({ event, error });
    else applied.push(event);
  }
  const ground = last?.position === place.to ? markOf(last) : undefined;
  return { ...place, events: applied, park, unpark: [], ground };
};

/** Up to where to try a batch that is known to hold an event that cannot be applied: its first half. */
export const middleOf = ({ events, to }: Batch): Position => events[Math.ceil(events.length / 2) - 1]?.position ?? to;
