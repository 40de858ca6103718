import type { Addressee, CrmRecord, CrmSession, Upserted } from '../crms/crm.ts';
import { Fault } from '../outbound/fault.ts';

/** What is to be written, and to whom: handles as text, the best ones first. */
export type Writing = {
  readonly delivery: string;
  readonly record: CrmRecord;
  readonly handles: readonly string[];
  /** The handles of each of the others whom it is about. */
  readonly also: readonly (readonly string[])[];
};

/** What is known of the CRM's own ids from before. */
export type Remembered = { readonly contact?: string; readonly remote?: string };

/** What was written where. */
export type Written = Upserted & { readonly contact: string };

/** The one contact that has these handles. Throws a Fault where there is none, or more than one. */
export const contactOf = async (session: CrmSession, handles: readonly string[]): Promise<string> => {
  const [contact, ...others] = await session.findContact(handles);
  if (contact === undefined)
    throw new Fault('gone', 'ContactMissing', 'The CRM has no contact with an address of this customer.');
  if (others.length === 0) return contact;
  const detail = `The CRM has ${others.length + 1} contacts with one address of this customer: they have to be merged there.`;
  throw new Fault('rejected', 'ContactAmbiguous', detail);
};

// Whom a session is about beside its first customer is linked where the CRM knows exactly one contact; else only told.
const othersOf = async (session: CrmSession, also: Writing['also']): Promise<string[]> => {
  const found = await Promise.all(also.map((handles) => session.findContact(handles)));
  return [...new Set(found.flatMap((contacts) => (contacts.length === 1 ? contacts : [])))];
};

/**
 * Writes one record to a CRM once: finds the contact, looks for the record by its reference, creates or updates it. Safe
 * to be called again after whatever became of the call before, provided that a search finds by now what that one wrote.
 * A contact that is gone since it was remembered, merged or deleted, is looked for anew. Throws Fault.
 */
export const write = async (session: CrmSession, writing: Writing, known: Remembered): Promise<Written> => {
  const { delivery, record, handles } = writing;
  const to = async (contact: string): Promise<Written> => {
    const remote = known.remote ?? (await session.findByReference(record, contact));
    const also = (await othersOf(session, writing.also)).filter((other) => other !== contact);
    const addressee: Addressee = { delivery, contact, also, ...(remote !== undefined && { remote }) };
    return { ...(await session.upsert(record, addressee)), contact };
  };
  const anew = async (): Promise<Written> => to(await contactOf(session, handles));
  if (known.contact === undefined) return anew();
  try {
    return await to(known.contact);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'gone') return write(session, writing, {});
    throw error;
  }
};
