import { isOf } from '@throughline/contracts';
import { type Change, type Heard, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';

/**
 * Promises: of which matter, to whom, due when (none while it waits for the customer), and by which event that is so.
 * A breached one is open until it is met or ended: the answer is still to be given.
 */
export const promises = table({
  name: 'timeline.promise',
  columns: {
    tenant: 'text',
    promise: 'uuid',
    matter: 'uuid',
    subject: 'uuid',
    state: 'text',
    breached: 'boolean',
    due: 'timestamptz?',
    event: 'uuid',
    position: 'bigint',
    first_position: 'bigint',
    last_at: 'timestamptz',
  },
  key: ['tenant', 'promise'],
  merge: 'replace',
});

const told = [
  'PromiseMade', 'PromisePaused', 'PromiseResumed', 'PromiseMet', 'PromiseBreached', 'PromiseEnded', 'PromiseCorrected',
] as const; // prettier-ignore

const corrected = ({ dueAt, met, ended }: Heard<'PromiseCorrected'>['data']): string => {
  if (met) return 'met';
  if (ended) return 'ended';
  return dueAt === undefined ? 'paused' : 'open';
};

/** The row that one event makes in the table above. */
export function* promiseRows(event: HeardEvent): Iterable<Change> {
  if (!isOf(event, told)) return;
  const { tenant, id, position, occurredAt: last_at } = event;
  const { promise, matter } = event.data;
  const patched = (values: { state?: string; breached?: boolean; due?: string | null }) =>
    promises.patch({ tenant, promise, event: id, position, last_at, ...values });
  switch (event.type) {
    case 'PromiseMade': {
      const { subject, dueAt: due } = event.data;
      const made = { tenant, promise, matter, subject, state: 'open', breached: false, due };
      return yield promises.put({ ...made, event: id, position, first_position: position, last_at });
    }
    case 'PromisePaused':
      return yield patched({ state: 'paused', due: null });
    case 'PromiseResumed':
      return yield patched({ state: 'open', due: event.data.dueAt });
    case 'PromiseMet':
      return yield patched({ state: 'met' });
    case 'PromiseBreached':
      return yield patched({ breached: true });
    case 'PromiseEnded':
      return yield patched({ state: 'ended' });
    case 'PromiseCorrected': {
      const { dueAt: due = null, breached } = event.data;
      return yield patched({ state: corrected(event.data), due, breached });
    }
  }
}
