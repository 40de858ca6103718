import type { Party, Seal } from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';

type Row = { readonly person: string; readonly event: string; readonly seals: string; readonly at: string };

/** These people of ours with their handles and names; of whom nothing is known, or erased, the id alone. */
export const peopleOf = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  ids: Iterable<string | null | undefined>,
): Promise<(id: string) => Party> => {
  const wanted = [...new Set(ids)].filter((id) => id != null);
  if (wanted.length === 0) return (id) => ({ id });
  const { rows } = await db.query<Row>({
    name: 'routing.people',
    text: `select p.person, p.event, p.seals::text, p.at from unnest($2::uuid[]) as asked (id)
      cross join lateral (
        select person, event, seals, at from routing.person where tenant = $1 and person = asked.id
        order by named desc, position desc limit 1) p`,
    values: [tenant, wanted],
  });
  const opened = await vault.openSeals(
    tenant,
    rows.map(({ event, seals }) => ({ event, seals: JSON.parse(seals) as Seal[] })),
  );
  const known = new Map(
    rows.map(({ person: id, at }, nth) => {
      const { fields } = opened[nth]!;
      const [handle, name] = ['handle', 'name'].map((field) => fields.get(`${at}/${field}`) as string | undefined);
      return [id, { id, ...(handle !== undefined && { handle }), ...(name !== undefined && { name }) }];
    }),
  );
  return (id) => known.get(id) ?? { id };
};
