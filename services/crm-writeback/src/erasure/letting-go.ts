import type { Client } from '@throughline/postgres';
import { caughtUp, type Heard } from '@throughline/read-model';
import { dropped, type Dropping } from '../delivery/dropped.ts';
import { writebackProjector } from '../writeback.projector.ts';
import { forgetContacts, unwrittenOf } from './erasure.query.ts';

/** What erasing takes. `stopping` ends its waiting for the rows. */
export type LettingGo = Dropping & { readonly stopping?: AbortSignal };

/** The reason of deliveries that are dropped because whom they were about is erased. */
export const erased = 'SubjectErased';

/**
 * Drops what was still to be written about those who are erased, and lets go of what CRMs know them by. All that was
 * planned before is in the ledger by now, and the rows are waited for until they tell of it.
 */
export const letGo = async (
  deps: LettingGo,
  db: Client,
  erasures: readonly Heard<'SubjectErased'>[],
): Promise<void> => {
  if (erasures.length === 0) return;
  await caughtUp(db, [writebackProjector.name], await deps.ledger.head(), { signal: deps.stopping });
  for (const { tenant, data } of erasures) {
    for (const delivery of await unwrittenOf(db, tenant, data.subjects)) await dropped(deps, tenant, delivery, erased);
    await forgetContacts(db, tenant, data.subjects);
  }
};
