import { type Change, type Heard, table } from '@throughline/read-model';

/** Where the handle of a customer can be read, and when it was last heard of. */
export const personRows = table({
  name: 'writeback.person',
  columns: {
    tenant: 'text',
    handle: 'uuid',
    position: 'bigint',
    event: 'uuid',
    at: 'text',
    seals: 'text',
    heard_at: 'timestamptz',
    live: 'boolean',
  },
  key: ['tenant', 'handle'],
  merge: 'newest',
});

/** The rows that one event makes in the table above: one for each customer in it, and for each of their other handles. */
export function* personChanges({
  tenant,
  position,
  id: event,
  recordedAt,
  data,
  seals,
}: Heard<'InteractionCaptured'>): Iterable<Change> {
  const { participants, backfill, automatic } = data;
  const row = (handle: string, at: string): Change => {
    const theirs = seals.filter(({ f }) => f.includes(`${at}/handle`));
    const live = !backfill && !automatic;
    return personRows.put({
      tenant,
      handle,
      position,
      event,
      at,
      seals: JSON.stringify(theirs),
      heard_at: recordedAt,
      live,
    });
  };
  for (const [nth, { id, role, also = [] }] of participants.entries()) {
    if (role !== 'customer') continue;
    yield row(id, `/participants/${nth}`);
    for (const [other, { id: handle }] of also.entries()) yield row(handle, `/participants/${nth}/also/${other}`);
  }
}
