import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** What is written to CRMs: about whom, which kind of record, and how far it came. */
export const deliveries = table({
  name: 'timeline.delivery',
  columns: {
    tenant: 'text',
    delivery: 'uuid',
    subject: 'uuid',
    connection: 'uuid',
    record: 'text',
    state: 'text',
    position: 'bigint',
  },
  key: ['tenant', 'delivery'],
  merge: 'replace',
});

const states = {
  DeliveryConfirmed: 'confirmed',
  DeliveryRejected: 'rejected',
  DeliveryParked: 'parked',
  DeliveryRetried: 'planned',
  DeliveryDropped: 'dropped',
} as const;

const stateAfter = ({ type }: HeardEvent): string | undefined => (states as Record<string, string | undefined>)[type];

/** The row that one event makes in the table above. */
export function* deliveryRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position, data } = event;
  if (event.type === 'DeliveryPlanned') {
    const { delivery, subject, connection, record } = event.data;
    yield deliveries.put({ tenant, delivery, subject, connection, record, state: 'planned', position });
  }
  const state = stateAfter(event);
  if (state !== undefined && 'delivery' in data)
    yield deliveries.patch({ tenant, delivery: data.delivery, state, position });
}
