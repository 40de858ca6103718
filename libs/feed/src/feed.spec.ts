import { randomUUID } from 'node:crypto';
import { memoryLedger } from '@throughline/ledger';
import { emptyStore, memoryDesk, memoryRecorder } from '../test/memory.ts';
import { feedConformance } from './conformance.ts';
import { follow } from './follow.ts';

feedConformance('the tail of a ledger, a consumer in memory', async () => {
  const ledger = memoryLedger();
  const store = emptyStore();
  return {
    append: async (events) => {
      const outcomes = await ledger.append(
        events.map(({ stream, type = 'SessionEnded' }) => ({
          tenant: 'acme',
          stream,
          expected: 'any',
          events: [{ id: randomUUID(), type, occurredAt: '2026-05-04T09:30:00Z', data: '{}', meta: '{"schema":1}' }],
        })),
      );
      return outcomes.flatMap((outcome) => (outcome.is === 'appended' ? outcome.positions : []));
    },
    recorder: (onEvent) => memoryRecorder(store, 'spec.recorder@1', onEvent),
    feed: (consumer) => follow(ledger, consumer, { pollMs: 20 }),
    desk: memoryDesk(store, 'acme'),
    close: () => ledger.close(),
  };
});
