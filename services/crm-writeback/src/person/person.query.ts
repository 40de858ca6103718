import type { Seal } from '@throughline/contracts';
import { customerOf, handlesOf } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import { erasedAmong } from '../erasure/erasure.query.ts';

/** A customer as a CRM can be asked for: by the texts of the handles, best first. */
export type Reachable = {
  /** The customer's id by now. */
  readonly customer: string;
  /** The ids of all handles, the oldest first. */
  readonly ids: readonly string[];
  readonly handles: readonly string[];
  /** All that is known of the handles is erased, or expired. */
  readonly isErased: boolean;
};

type Row = { readonly event: string; readonly at: string; readonly seals: string };

// By what a CRM most likely knows somebody.
const order = ['email', 'tel', 'whatsapp'];
const rankOf = (handle: string, crm: string): number => {
  const namespace = handle.slice(0, handle.indexOf(':'));
  if (namespace === `crm.${crm}`) return -1;
  const rank = order.indexOf(namespace);
  return rank < 0 ? order.length : rank;
};

/** Who stands behind a handle, and by which addresses. `crm` names the kind whose own ids are the best ones. */
export const reachable = async (
  { client, vault }: { client: Client; vault: Pick<Vault, 'openSeals'> },
  tenant: string,
  handle: string,
  crm: string,
): Promise<Reachable> => {
  const customer = (await customerOf(client, tenant, handle)) ?? handle;
  const found = await handlesOf(client, tenant, customer);
  const ids = found.length > 0 ? found : [handle];
  const { rows } = await client.query<Row>({
    name: 'writeback.persons',
    text: 'select event, at, seals from writeback.person where tenant = $1 and handle = any($2::uuid[]) order by position',
    values: [tenant, ids],
  });
  const opened = await vault.openSeals(tenant, rows.map(({ event, seals }) => ({ event, seals: JSON.parse(seals) as Seal[] }))); // prettier-ignore
  const texts = rows
    .map(({ at }, nth) => opened[nth]!.fields.get(`${at}/handle`))
    .filter((text) => typeof text === 'string');
  const handles = [...new Set(texts)].toSorted((a, b) => rankOf(a, crm) - rankOf(b, crm));
  const isShut = () => opened.some(({ erased, expired }) => erased || expired);
  const isErased = handles.length === 0 && (isShut() || (await erasedAmong(client, tenant, ids)).size > 0);
  return { customer, ids, handles, isErased };
};
