import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';
import { theirsIn } from '../party/party.ts';

const counted = { channel: 'text', direction: 'text', interactions: 'bigint' } as const;

/** Interactions of a tenant by day (UTC, of `occurredAt`), channel and direction. */
export const volumes = table({
  name: 'timeline.volume',
  columns: { tenant: 'text', day: 'text', ...counted },
  key: ['tenant', 'day', 'channel', 'direction'],
  merge: 'add',
});

/** The same of each handle that is not one of our own people's. */
export const volumesOfHandles = table({
  name: 'timeline.volume_of_handle',
  columns: { tenant: 'text', handle: 'uuid', day: 'text', ...counted },
  key: ['tenant', 'handle', 'day', 'channel', 'direction'],
  merge: 'add',
});

/** Interactions of each handle over all days. */
export const tallies = table({
  name: 'timeline.tally',
  columns: { tenant: 'text', handle: 'uuid', ...counted },
  key: ['tenant', 'handle', 'channel', 'direction'],
  merge: 'add',
});

/** The rows that one event makes in the tables above. */
export function* volumeRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'InteractionCaptured') return;
  const { channel, direction, participants } = event.data;
  const day = event.occurredAt.slice(0, 10);
  const count = { tenant: event.tenant, channel, direction, interactions: 1 };
  yield volumes.put({ ...count, day });
  for (const handle of theirsIn(participants)) yield volumesOfHandles.put({ ...count, handle, day });
  for (const handle of new Set(participants.map(({ id }) => id))) yield tallies.put({ ...count, handle });
}
