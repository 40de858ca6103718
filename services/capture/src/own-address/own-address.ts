import { domainToASCII } from 'node:url';
import { Rejection } from '@throughline/decider';
import { normaliseHandle } from '@throughline/identity';
import { z } from 'zod';

/** An address or a domain that is ours, as a caller tells it: one of the two. */
export const ownAddressBody = z
  .strictObject({
    address: z.string().min(3).max(320).optional().describe('A mail address: bo@acme.example'),
    domain: z.string().min(1).max(253).optional().describe('A domain, with all below it: acme.example'),
    found: z.boolean().optional().describe('Found in imported mails, not told by a person.'),
  })
  .refine(
    ({ address, domain }) => (address === undefined) !== (domain === undefined),
    'needs one of address and domain, and not both',
  );

export type OwnAddressBody = z.infer<typeof ownAddressBody>;

/** In its one spelling, as `ownAddresses` of the identity library takes it: a handle, or a domain in Punycode. */
export const entryOf = ({ address, domain }: OwnAddressBody): string =>
  address === undefined ? domainOf(domain ?? '') : normaliseHandle(`email:${address}`, '/address').handle;

const domainOf = (text: string): string => {
  const plain = text.trim().replace(/^@/, '').replace(/\.$/, '');
  const domain = /^[\p{L}\p{N}\p{M}_-]+(\.[\p{L}\p{N}\p{M}_-]+)*$/u.test(plain)
    ? domainToASCII(plain).toLowerCase()
    : '';
  if (domain !== '') return domain;
  const reason = 'is not a domain, such as acme.example';
  throw new Rejection('InvalidBody', `/domain ${reason}.`, [{ pointer: '/domain', reason }]);
};

/** An entry as callers see it. */
export const shownEntry = (entry: string): { address: string } | { domain: string } =>
  entry.startsWith('email:') ? { address: entry.slice('email:'.length) } : { domain: entry };
