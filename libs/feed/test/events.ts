import { derivedId } from '@throughline/contracts';
import type { StoredEvent } from '@throughline/ledger';

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
