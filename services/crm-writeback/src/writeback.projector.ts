import { isOf } from '@throughline/contracts';
import { type Heard, projector } from '@throughline/read-model';
import { type DeliveryEvent, deliveryEvents } from './delivery/delivery.ts';
import { deliveryChanges, deliveryRows } from './delivery/delivery.projector.ts';
import { erasedRows, erasureChanges } from './erasure/erasure.projector.ts';
import { personChanges, personRows } from './person/person.projector.ts';
import { stepChanges, stepEvents, stepRows } from './step/step.projector.ts';

const events = [...deliveryEvents, ...stepEvents, 'InteractionCaptured', 'SubjectErased'] as const;

/**
 * The rows that writing back works from, in one pass over the ledger. Rebuilt, it writes nothing to any CRM: what was
 * written stands in the ledger, and whoever is about to write reads it there.
 */
export const writebackProjector = projector({
  name: 'writeback',
  version: 1,
  tables: [deliveryRows, stepRows, personRows, erasedRows],
  events,
  // Whoever does not know a newer event knows that no row here is made of it.
  unknown: 'pass',
  *project(heard) {
    for (const event of heard)
      if (event.type === 'InteractionCaptured') yield* personChanges(event);
      else if (event.type === 'SubjectErased') yield* erasureChanges(event);
      else if (isOf(event, stepEvents)) yield* stepChanges(event);
      else yield* deliveryChanges(event as Heard<DeliveryEvent['type']>);
  },
});
