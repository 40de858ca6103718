import type { Sources } from '../sources.ts';

type Deps = Pick<Sources, 'db' | 'vault'>;

/** The CRM's id of a handle's contact, as it was found last; sealed for the handle, so that it goes with it. */
export const rememberedContact = async (
  { db, vault }: Deps,
  tenant: string,
  connection: string,
  handle: string,
): Promise<string | undefined> => {
  const { rows } = await db.asTenant(tenant, (client) =>
    client.query<{ keys: string[]; sealed: Buffer }>({
      name: 'writeback.contact',
      text: 'select keys, sealed from writeback.contact where tenant = $1 and connection = $2 and handle = $3',
      values: [tenant, connection, handle],
    }),
  );
  if (!rows[0]) return undefined;
  const bytes = await vault.openBytes(tenant, { keys: rows[0].keys, bytes: rows[0].sealed }, handle);
  return bytes?.toString();
};

/** Remembers it, unless whose handle it is was erased, or the connection removed. */
export const rememberContact = async (
  { db, vault }: Deps,
  tenant: string,
  connection: string,
  handle: string,
  contact: string,
): Promise<void> => {
  const { keys, bytes } = await vault.sealBytes(tenant, [handle], handle, Buffer.from(contact));
  await db.asTenant(tenant, (client) =>
    client.query({
      name: 'writeback.remember_contact',
      // Whoever removes the connection waits for this, and finds it; or this waits, and finds that it was removed.
      text: `insert into writeback.contact (tenant, connection, handle, keys, sealed) select $1, $2, $3, $4, $5
        from (select from writeback.connection where tenant = $1 and id = $2 and state <> 'removed' for share) c
        where not exists (select from writeback.erased where tenant = $1 and handle = $3)
        on conflict (tenant, connection, handle) do update set keys = excluded.keys, sealed = excluded.sealed`,
      values: [tenant, connection, handle, keys, bytes],
    }),
  );
};
