import ipaddr from 'ipaddr.js';

/** Whether an IP address is one of the public internet: not this machine's, a private network's, or set apart for anything else. */
export const isPublic = (address: string): boolean => {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return ipaddr.isValid(plain) && ipaddr.process(plain).range() === 'unicast';
};

/** Whether a URL's host is an address already, which no look-up will see. */
export const isAddress = (host: string): boolean => ipaddr.isValid(host.replace(/^\[|\]$/g, ''));
