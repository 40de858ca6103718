import type { Client } from '@throughline/postgres';

/** Of these handles those of people who are erased. */
export const erasedAmong = async (
  db: Client,
  tenant: string,
  handles: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (handles.length === 0) return new Set();
  const { rows } = await db.query<{ handle: string }>({
    name: 'writeback.erased_among',
    text: 'select handle from writeback.erased where tenant = $1 and handle = any($2::uuid[])',
    values: [tenant, handles],
  });
  return new Set(rows.map(({ handle }) => handle));
};

/** The deliveries about these handles that were neither written nor dropped, those that wait for a person among them. */
export const unwrittenOf = async (
  db: Client,
  tenant: string,
  subjects: readonly string[],
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ delivery: string }>({
    name: 'writeback.unwritten_of',
    text: `select delivery from writeback.delivery where tenant = $1 and subject = any($2::uuid[])
      and state in ('open', 'rejected', 'parked') order by position`,
    values: [tenant, subjects],
  });
  return rows.map(({ delivery }) => delivery);
};

/** Lets go of what CRMs know these handles by. */
export const forgetContacts = async (db: Client, tenant: string, subjects: readonly string[]): Promise<void> => {
  await db.query({
    name: 'writeback.forget_contacts',
    text: 'delete from writeback.contact where tenant = $1 and handle = any($2::uuid[])',
    values: [tenant, subjects],
  });
};
