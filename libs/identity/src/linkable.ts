import { partsOf } from './email.ts';
import type { Handle } from './handle.ts';
import { isPersonalLine } from './phone.ts';

// Mailboxes of a function, not of a person: RFC 2142, and what companies use.
const roles = new Set(
  `abuse accounting accounts admin administrator alerts billing bookings bounce bounces careers contact customercare
  customerservice donotreply enquiries feedback finance ftp hello help helpdesk hostmaster hr info inquiries invoice
  invoices it jobs kontakt kundenservice legal mail mailer-daemon mailerdaemon marketing media membership news newsletter
  no-reply noc noreply notification notifications office orders partners payments post postmaster press privacy
  purchasing reception recruiting reply returns root sales security service services shop spam staff subscribe support
  team unsubscribe usenet uucp webmaster welcome www`.split(/\s+/),
);

const isRoleMailbox = (local: string): boolean => {
  const plain = local.split('+', 1)[0]!.replaceAll('_', '-');
  return roles.has(plain) || roles.has(plain.replaceAll('-', '')) || /^(no|do-?not)-?reply\b|^bounces?\b/.test(plain);
};

/**
 * Whether a handle can stand for one person, so that evidence may link it by itself: not a mailbox of a function (info@,
 * support@, no-reply@), not an address on no real domain, not a service line. Our own addresses do not either, but only {@link ownAddresses} knows them.
 */
export const identifies = ({ namespace, value }: Handle): boolean => {
  if (namespace === 'tel' || (namespace === 'whatsapp' && value.startsWith('+'))) return isPersonalLine(value);
  if (namespace !== 'email') return true;
  const { local, domain } = partsOf(value);
  return domain.includes('.') && !domain.startsWith('[') && !isRoleMailbox(local);
};

/**
 * Whether evidence may link two handles by itself: both stand for one person, and neither is ours. Where not, the evidence
 * is to be told as unverified, which only proposes.
 */
export const mayLink = (one: Handle, other: Handle, isOurs: (handle: Handle) => boolean = () => false): boolean =>
  [one, other].every((handle) => identifies(handle) && !isOurs(handle));

/** A handle that is the same person by what it is: the phone number behind a WhatsApp account. */
export const sameAs = ({ namespace, value }: Handle): Handle | undefined =>
  namespace === 'whatsapp' && value.startsWith('+') ? { namespace: 'tel', value, handle: `tel:${value}` } : undefined;

/**
 * Which handles are ours: of `entries`, a handle (`email:bo@acme.example`) says so of itself, a domain (`acme.example`)
 * of every mailbox in it and below it. Both normalised, domains in Punycode.
 */
export const ownAddresses = (entries: Iterable<string>): ((handle: Handle) => boolean) => {
  const own = new Set(entries);
  const within = (domain: string): boolean =>
    own.has(domain) || (domain.includes('.') && within(domain.slice(domain.indexOf('.') + 1)));
  return ({ namespace, value, handle }) => own.has(handle) || (namespace === 'email' && within(partsOf(value).domain));
};
