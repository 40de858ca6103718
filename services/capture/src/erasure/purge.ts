import { Quarantine } from '../quarantine/quarantine.query.ts';
import type { Sources } from '../sources.ts';
import { handlesIn } from './handles-in.ts';

type Deps = Pick<Sources, 'db' | 'keys' | 'vault'>;
type Erased = { readonly tenant: string; readonly subjects: readonly string[] };

/** Lets go of the mails that these handles own, alone or with others, as they came. Answers how many. */
export const purgeMails = ({ db }: Pick<Deps, 'db'>, { tenant, subjects }: Erased): Promise<number> =>
  db.asTenant(tenant, async (client) => {
    const { rowCount } = await client.query(
      `delete from capture.raw where tenant = $1
       and exists (select from unnest(keys) as of (key) where split_part(of.key, '/', 1) = any($2::text[]))`,
      [tenant, subjects],
    );
    return rowCount ?? 0;
  });

const page = 100;

/**
 * Opens all that is quarantined and lets go of what one of these handles stands in, with its key. Answers how many. It
 * takes no address to do so: whatever may be one is hashed, and the hashes compared.
 */
export const purgeQuarantine = async (
  deps: Deps & { readonly quarantine: Quarantine },
  { tenant, subjects }: Erased,
): Promise<number> => {
  const { quarantine, vault } = deps;
  const isTheirs = (handle: string): boolean => vault.handleIds(tenant, handle).some((id) => subjects.includes(id));
  let gone = 0;
  let items = await quarantine.list(tenant, undefined, page);
  while (items.length > 0) {
    for (const { id } of items) {
      const item = await quarantine.show(tenant, id);
      const places = item ? [item.bytes, Buffer.from(item.file ?? '')] : [];
      if (!places.some((bytes) => [...handlesIn(bytes)].some(isTheirs))) continue;
      await quarantine.destroy(tenant, id);
      gone += 1;
    }
    items = await quarantine.list(tenant, items.at(-1), page);
  }
  return gone;
};
