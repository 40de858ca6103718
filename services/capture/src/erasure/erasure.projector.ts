import { isOf } from '@throughline/contracts';
import { type Change, table } from '@throughline/read-model';
import type { HeardByParts, Part } from '../reactor.ts';

/** Who is to be forgotten, and who was. */
export const erasureRows = table({
  name: 'capture.erasure',
  columns: {
    tenant: 'text',
    erasure: 'uuid',
    customer: 'uuid',
    subjects: 'uuid[]',
    keys: 'json',
    position: 'bigint',
    erased_at: 'timestamptz',
    completed_at: 'timestamptz?',
    certificate: 'json?',
  },
  key: ['tenant', 'erasure'],
  merge: 'replace',
});

function* changesOf(event: HeardByParts): Iterable<Change> {
  const { tenant, position } = event;
  if (isOf(event, ['SubjectErased'])) {
    const { subjects, keys, customer = subjects[0]! } = event.data;
    const row = { tenant, erasure: event.id, customer, subjects, keys: JSON.stringify(keys), position };
    yield erasureRows.put({ ...row, erased_at: event.occurredAt });
  }
  if (isOf(event, ['ErasureCompleted'])) {
    const { erasure, certificate } = event.data;
    const completed_at = certificate.completedAt;
    yield erasureRows.patch({ tenant, erasure, completed_at, certificate: JSON.stringify(certificate) });
  }
}

/** The rows that the process goes by. */
export const erasureProcess: Part = {
  tables: [erasureRows],
  react: async (events) => events.flatMap((event) => [...changesOf(event)]),
};
