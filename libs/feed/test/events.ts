import { randomUUID } from 'node:crypto';
import { derivedId } from '@throughline/contracts';
import type { Ledger, StoredEvent } from '@throughline/ledger';
import type { FeedHarness } from '../src/conformance.ts';

/** For specs: an event of tenant `acme`. */
export const eventAt = (position: number, stream: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  position: BigInt(position),
  tenant: 'acme',
  stream,
  version: 1,
  id: derivedId('spec', String(position)),
  type: 'SessionEnded',
  occurredAt: '2026-05-04T09:30:00Z',
  recordedAt: '2026-05-04T09:30:00.000001Z',
  data: '{"n":1,"n":2}',
  meta: '{"schema":1}',
  ...more,
});

/** For specs: appends what a harness is asked to. */
export const appendTo =
  (ledger: Ledger): FeedHarness['append'] =>
  async (events) => {
    const outcomes = await ledger.append(
      events.map(({ stream, type = 'SessionEnded' }) => ({
        tenant: 'acme',
        stream,
        expected: 'any',
        events: [{ id: randomUUID(), type, occurredAt: '2026-05-04T09:30:00Z', data: '{}', meta: '{"schema":1}' }],
      })),
    );
    return outcomes.flatMap((outcome) => (outcome.is === 'appended' ? outcome.positions : []));
  };
