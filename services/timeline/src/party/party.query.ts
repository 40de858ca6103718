import { type Seal, sealed } from '@throughline/contracts';
import type { Reading } from '../reading.ts';
import { type Party, sealsAt } from './party.ts';

/** What could be opened of a party or an account. */
export type Face = { readonly handle?: string; readonly name?: string; readonly key?: string };

type Row = { readonly party: string; readonly at: string; readonly event: string; readonly data: string };

const sealsOf = (data: string): readonly Seal[] => (JSON.parse(data) as { [sealed]?: Seal[] })[sealed] ?? [];

const textAt = (fields: ReadonlyMap<string, unknown>, pointer: string): string | undefined => {
  const value = fields.get(pointer);
  return typeof value === 'string' ? value : undefined;
};

/** The handles and names of these parties, the keys and names of these accounts; what is erased or unknown is left out. */
export const facesOf = async (
  { client, tenant, vault }: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Face>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Row>({
    name: 'timeline.party.faces',
    text: `
      select f.party, f.at, e.event, e.data from unnest($2::uuid[]) as asked (id)
      cross join lateral (
        select party, at, position from timeline.face where tenant = $1 and party = asked.id
        order by named desc, position desc limit 1) f
      join timeline.entry e on e.tenant = $1 and e.position = f.position`,
    values: [tenant, ids],
  });
  const opened = await vault.openSeals(
    tenant,
    rows.map(({ event, data, at }) => ({ event, seals: sealsAt(sealsOf(data), at) })),
  );
  return new Map(
    rows.map(({ party, at }, index) => {
      const { fields } = opened[index]!;
      const face = { handle: textAt(fields, `${at}/handle`), name: textAt(fields, `${at}/name`) };
      return [party, { ...face, key: textAt(fields, `${at}/key`) }];
    }),
  );
};

/** These parties by their ids, as far as they may be shown. */
export const partiesOf = async (reading: Reading, ids: readonly string[]): Promise<(id: string) => Party> => {
  const faces = await facesOf(reading, [...new Set(ids)]);
  return (id) => partyOf(id, faces);
};

/** A party with its face, where that could be opened. */
export const partyOf = (id: string, faces: ReadonlyMap<string, Face>): Party => {
  const { handle, name } = faces.get(id) ?? {};
  return { id, handle, name };
};
