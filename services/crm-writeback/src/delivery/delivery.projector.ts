import type { Seal } from '@throughline/contracts';
import { type Change, type Heard, table } from '@throughline/read-model';
import type { DeliveryEvent } from './delivery.ts';

/** Every delivery as it stands. */
export const deliveryRows = table({
  name: 'writeback.delivery',
  columns: {
    tenant: 'text',
    delivery: 'uuid',
    connection: 'uuid',
    record: 'text',
    reference: 'uuid',
    subject: 'uuid',
    also: 'uuid[]',
    conversation: 'uuid?',
    session: 'integer?',
    note: 'uuid?',
    task: 'uuid?',
    state: 'text',
    attempts: 'integer',
    position: 'bigint',
    planned_at: 'timestamptz',
    changed_at: 'timestamptz',
    made: 'text?',
    remote: 'text?',
    reason: 'text?',
    detail: 'text?',
    detail_of: 'uuid?',
  },
  key: ['tenant', 'delivery'],
  merge: 'replace',
});

const kept = (seals: readonly Seal[]): string | null => (seals.length > 0 ? JSON.stringify(seals) : null);

/** The row that one event makes in the table above. */
export function* deliveryChanges(event: Heard<DeliveryEvent['type']>): Iterable<Change> {
  const { tenant, position, recordedAt: changed_at, id, seals } = event;
  const key = { tenant, delivery: event.data.delivery };
  switch (event.type) {
    case 'DeliveryPlanned': {
      const { also = [], ...plan } = event.data;
      yield deliveryRows.put({
        tenant,
        ...plan,
        also,
        state: 'open',
        attempts: 0,
        position,
        planned_at: changed_at,
        changed_at,
      });
      return;
    }
    case 'DeliveryAttempted':
      yield deliveryRows.patch({ ...key, attempts: event.data.attempt, reason: event.data.after ?? null, changed_at });
      return;
    case 'DeliveryConfirmed': {
      const { made, remote = null } = event.data;
      yield deliveryRows.patch({ ...key, state: 'confirmed', made, remote, reason: null, detail: null, changed_at });
      return;
    }
    case 'DeliveryRejected':
    case 'DeliveryParked': {
      const state = event.type === 'DeliveryRejected' ? 'rejected' : 'parked';
      yield deliveryRows.patch({
        ...key,
        state,
        reason: event.data.reason,
        detail: kept(seals),
        detail_of: id,
        changed_at,
      });
      return;
    }
    case 'DeliveryRetried':
      yield deliveryRows.patch({ ...key, state: 'open', changed_at });
      return;
    case 'DeliveryDropped':
      yield deliveryRows.patch({
        ...key,
        state: 'dropped',
        reason: event.data.reason ?? null,
        detail: null,
        changed_at,
      });
      return;
  }
}
