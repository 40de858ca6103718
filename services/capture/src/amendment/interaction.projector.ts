import { projector, table } from '@throughline/read-model';

const interactions = table({
  name: 'capture.interaction',
  columns: { tenant: 'text', event: 'uuid', position: 'bigint' },
  key: ['tenant', 'event'],
  merge: 'keep',
});

/** Where interactions stand in the ledger: what a later fact needs to find the one that it is about. */
export const interactionProjector = projector({
  name: 'capture.interaction',
  version: 1,
  tables: [interactions],
  events: ['InteractionCaptured'],
  unknown: 'pass',
  project: (events) => events.map(({ tenant, id: event, position }) => interactions.put({ tenant, event, position })),
});
