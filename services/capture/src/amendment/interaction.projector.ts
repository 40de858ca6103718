import { table } from '@throughline/read-model';
import { captured, type Part } from '../reactor.ts';

const interactions = table({
  name: 'capture.interaction',
  columns: { tenant: 'text', event: 'uuid', position: 'bigint' },
  key: ['tenant', 'event'],
  merge: 'keep',
});

/** Where interactions stand in the ledger: what a later fact needs to find the one that it is about. */
export const interactionPositions: Part = {
  tables: [interactions],
  react: async (events) =>
    captured(events).map(({ tenant, id: event, position }) => interactions.put({ tenant, event, position })),
};
