import { identityTables } from './identity.projector.ts';

const [handles, pastHandles, links, pastLinks] = identityTables;

type Described = { readonly name: string; readonly columns: object };

/** What was so from `position` on, and may have ended at `to_position`. Who was erased since was never there. */
const lived = (now: Described, past: Described, at: bigint, ends: readonly string[]): { readonly text: string } => {
  const columns = Object.keys(now.columns).join(', ');
  const known = ends.map(
    (end) =>
      `exists (select from ${handles.name} h where h.tenant = past.tenant and h.handle = past.${end} and not h.erased)`,
  );
  return {
    text: `select ${columns} from ${now.name} where position <= ${at}
      union all select ${columns} from ${past.name} past
      where ${[`position <= ${at}`, `to_position > ${at}`, ...known].join(' and ')}`,
  };
};

/** Queries for what the tables of handles and links were, after the event at a position, by the name of the table. */
export const identityAt = (position: bigint): Readonly<Record<string, { readonly text: string }>> => ({
  [handles.name]: lived(handles, pastHandles, position, ['handle']),
  [links.name]: lived(links, pastLinks, position, ['a', 'b']),
});
