import type { Told } from '../crm/crm.query.ts';
import { plainInstant } from '../instant.ts';
import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

/** For how long what a CRM told counts as fresh, in milliseconds: as long as nobody asks it again. */
const freshForMs = 15 * 60_000;

const unfound = {
  none: 'The CRM has no contact with an address of this customer.',
  several: 'The CRM has several contacts with the addresses of this customer: a person must say which one it is.',
} as const;

// Said of every customer who is a contact somewhere.
const bare: ReadonlySet<string> = new Set(['connection', 'subject', 'at', 'found', 'contact']);

const tells = ({ data }: Told): boolean => Object.keys(data).some((field) => !bare.has(field));

/** What the CRM told last, and when: of several CRMs the one that told something newest. A CRM is never asked for it. */
export const crmOf = ({ told, now }: Known): Brief['crm'] => {
  const newest = told.find(tells) ?? told.find(({ data }) => data.found === 'one') ?? told[0];
  if (!newest) return none('No CRM told anything of this customer: none is connected, or it was not asked yet.');
  const { subject: _, found, at, ...known } = newest.data;
  if (found !== 'one') return none(unfound[found], [newest.id]);
  if (newest.expired) return none('What the CRM told is over the time for which it is kept.', [newest.id]);
  if (newest.erased) return none('What the CRM told was erased.', [newest.id]);
  if (newest.sealed) return none('What the CRM told is not opened for you.', [newest.id]);
  if (!tells(newest)) return none('The CRM has this customer as a contact, and tells nothing of them.', [newest.id]);
  const stale = now.getTime() - Date.parse(at) > freshForMs;
  return { answer: { asOf: plainInstant(at), stale, ...known }, events: [newest.id] };
};
