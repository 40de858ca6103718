import { parse } from 'tldts';
import { partsOf } from './email.ts';
import type { Handle } from './handle.ts';
import { publicBrands, publicDomains } from './public-mail.ts';

/**
 * The key of the organisation behind a handle: the registrable domain of a mail address (public suffix list, private
 * suffixes too: two customers of one hoster are two). Undefined for public mail providers and everything that is no domain.
 */
export const accountOf = ({ namespace, value }: Handle): string | undefined => {
  if (namespace !== 'email') return undefined;
  const { domain, domainWithoutSuffix } = parse(partsOf(value).domain, { allowPrivateDomains: true });
  if (!domain || !domainWithoutSuffix) return undefined;
  return publicDomains.has(domain) || publicBrands.has(domainWithoutSuffix) ? undefined : domain;
};
