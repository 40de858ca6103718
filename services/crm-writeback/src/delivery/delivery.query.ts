import type { Ledger } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Plan } from './delivery.ts';
import { load } from './transact.ts';

type Row = { readonly delivery: string; readonly state: string; readonly remote: string | null };

/**
 * The id in the CRM of the record that a delivery writes, if another delivery wrote it before. The rows may be behind:
 * of those that are open by them the ledger is asked.
 */
export const remoteOf = async (
  { projectorDb, ledger }: { readonly projectorDb: Client; readonly ledger: Pick<Ledger, 'read'> },
  tenant: string,
  { delivery, connection, reference }: Plan,
): Promise<string | undefined> => {
  const { rows } = await projectorDb.query<Row>({
    name: 'writeback.remote',
    text: `select delivery, state, remote from writeback.delivery
      where tenant = $1 and connection = $2 and reference = $3 and delivery <> $4 order by position desc`,
    values: [tenant, connection, reference, delivery],
  });
  for (const row of rows) {
    if (row.remote !== null) return row.remote;
    if (row.state !== 'open') continue;
    const { state } = await load({ ledger }, tenant, row.delivery);
    if (state.is === 'confirmed' && state.remote !== undefined) return state.remote;
  }
  return undefined;
};
