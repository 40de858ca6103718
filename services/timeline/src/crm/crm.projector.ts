import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/** When CRMs told of a handle: where it is to be read; the newest counts. What they told stays sealed. */
export const crmContexts = table({
  name: 'timeline.crm_context',
  columns: { tenant: 'text', subject: 'uuid', connection: 'uuid', position: 'bigint' },
  key: ['tenant', 'subject', 'connection', 'position'],
  merge: 'keep',
});

/** The row that one event makes in the table above. */
export function* crmRows(event: HeardEvent): Iterable<Change> {
  if (event.type !== 'CrmContextRead') return;
  const { subject, connection } = event.data;
  yield crmContexts.put({ tenant: event.tenant, subject, connection, position: event.position });
}
