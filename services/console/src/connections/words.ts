import type { Crm, CrmRecord, Delivery } from './shapes.ts';

/** How connections and deliveries are said. */

export const recordNames: Record<CrmRecord, string> = {
  activity: 'Summary',
  note: 'Note',
  task: 'Task',
  contact: 'Contact’s dates and next step',
};

export const stateNames: Record<Delivery['state'], string> = {
  open: 'waits',
  rejected: 'refused',
  parked: 'set aside',
  confirmed: 'written',
  dropped: 'dropped',
};

export const onceNames: Record<Crm['once'], string> = {
  upsert: 'the CRM knows each record by our reference',
  find: 'each record is looked for before it is written',
  receiver: 'whoever receives it knows what repeats by its id',
};

const remedies: Readonly<Record<string, string>> = {
  ContactMissing: 'Add the contact in the CRM, then try again.',
  ContactAmbiguous: 'Merge the contacts in the CRM, then try again.',
  Invalid: 'Mend what the CRM names, then try again; or drop it.',
  NotFound: 'The CRM does not have it, or no more. Try again to look for it anew, or drop it.',
  NothingThere: 'Mend what is to be at that address, then resume or try again; or connect the right one.',
  TooLarge: 'The CRM takes no text as long as this. Drop it, or raise the limit there.',
  CredentialsRefused: 'Give the connection a new secret.',
  Forbidden: 'Allow the connection’s user to write, then resume it.',
  CertificateRefused: 'Mend the certificate of the CRM, then resume the connection.',
  FieldsMissing: 'Test the connection and let it make what is missing.',
  SettingsRefused: 'Mend the connection’s settings.',
  Redirected: 'The CRM is at another address: connect it there.',
};

/** What a person can do about a reason; undefined for those that only the CRM’s own words explain. */
export const remedyOf = (reason: string | undefined): string | undefined => reason && remedies[reason];

/** A reason as a word for programs, said for people: `ContactMissing` → `contact missing`. */
export const reasonOf = (reason: string): string =>
  reason.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** What a test looked at; where it could not look, the reason for it, said for people. */
export const findingOf = (what: string): string => (/^([A-Z][a-z]+)+$/.test(what) ? reasonOf(what) : what);

/** `owner, tier and deals` */
export const listOf = (words: readonly string[]): string => new Intl.ListFormat('en').format(words);
