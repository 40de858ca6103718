import { domainToASCII } from 'node:url';
import type { Spelling } from './handle.ts';

const domainRule = /^[\p{L}\p{N}\p{M}_-]+(\.[\p{L}\p{N}\p{M}_-]+)*$/u;
const literalRule = /^\[[0-9a-f:.]+\]$/i;
const localRule = /^(?:[^\s"(),:;<>@[\\\]]+|"(?:[^"\\]|\\.)+")$/;

const domainOf = (text: string): string => {
  const domain = text.replace(/\.$/, '');
  if (literalRule.test(domain)) return domain.toLowerCase();
  // domainToASCII reads a URL's host, and would take %-escapes, ports and paths for part of it.
  return domainRule.test(domain) ? domainToASCII(domain).toLowerCase() : '';
};

/** The one spelling of an e-mail address: lower case, NFC, domain in Punycode. */
export const emailValue = (text: string): Spelling => {
  const at = text.lastIndexOf('@');
  if (at < 0) return { reason: 'is not an e-mail address: it has no @' };
  const local = text.slice(0, at).normalize('NFC').toLowerCase();
  const domain = domainOf(text.slice(at + 1));
  if (!localRule.test(local)) return { reason: 'is not an e-mail address: what stands before the @ is not a mailbox' };
  if (domain === '') return { reason: 'is not an e-mail address: what stands after the @ is not a domain' };
  const value = `${local}@${domain}`;
  return Buffer.byteLength(value) > 320 ? { reason: 'is not an e-mail address: it is over 320 bytes' } : { value };
};

/** Mailbox and domain of a normalised e-mail address. */
export const partsOf = (value: string): { local: string; domain: string } => {
  const at = value.lastIndexOf('@');
  return { local: value.slice(0, at), domain: value.slice(at + 1) };
};
