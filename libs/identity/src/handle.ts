import { Rejection } from '@throughline/decider';
import { emailValue } from './email.ts';
import { phoneValue } from './phone.ts';

/** One address of a party in its one spelling: equal text, same address. */
export type Handle = {
  readonly namespace: string;
  readonly value: string;
  /** `namespace:value`. */
  readonly handle: string;
};

/** What a namespace's rules make of a value: its one spelling, or why it is not one. */
export type Spelling = { readonly value: string } | { readonly reason: string };

const namespaceRule = /^[a-z][a-z0-9.-]{0,62}$/;
const control = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

// Other names for a reserved namespace would give one person two handles.
const misnomers: Readonly<Record<string, string>> = {
  mail: 'email',
  'e-mail': 'email',
  mailto: 'email',
  smtp: 'email',
  phone: 'tel',
  telephone: 'tel',
  mobile: 'tel',
  sms: 'tel',
};

// An account on WhatsApp is a phone number, there written without the plus, or an id that has none (US.1349…).
const whatsappValue = (value: string): Spelling => {
  const digits = value.replace(/[\s().-]/g, '');
  if (!/^\+?\d{6,15}$/.test(digits)) return { value };
  return phoneValue(digits.startsWith('+') ? digits : `+${digits}`);
};

const spell = (namespace: string, value: string): Spelling => {
  switch (namespace) {
    case 'email':
      return emailValue(value);
    case 'tel':
      return phoneValue(value);
    case 'whatsapp':
      return whatsappValue(value);
  }
  return { value: value.normalize('NFC') };
};

const read = (text: string): Handle | string => {
  if (control.test(text)) return 'has a control character or a lone surrogate';
  const colon = text.indexOf(':');
  const namespace = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const value = text.slice(colon + 1).trim();
  if (!namespaceRule.test(namespace)) return 'is not a namespace and a value, such as email:ann@example.com';
  if (value === '') return `has nothing after ${namespace}:`;
  const proper = misnomers[namespace];
  if (proper) return `has the namespace ${namespace}, which is written ${proper}`;
  const spelling = spell(namespace, value);
  if ('reason' in spelling) return spelling.reason;
  const handle = `${namespace}:${spelling.value}`;
  return handle.length > 512 ? 'is longer than 512 characters' : { namespace, value: spelling.value, handle };
};

/**
 * The one spelling of a handle. Namespaces are open: a lower-case name of letters, digits, dots and hyphens, whose values
 * are taken as they are (trimmed, NFC, case kept), such as `twitter:1234` or `crm.hubspot:501`. Two are reserved: `email`
 * (lower case, domain in Punycode, plus and dots kept) and `tel` (E.164, only numbers that can be dialled; what a network
 * shows for "anonymous" and short codes identify nobody and need a namespace of their own, such as `short-code:`);
 * `whatsapp` with a number follows `tel`. Throws Rejection `HandleInvalid`, whose fault stands at `pointer` and never
 * repeats the value.
 */
export const normaliseHandle = (text: string, pointer = '/handle'): Handle => {
  const handle = read(text);
  if (typeof handle === 'string')
    throw new Rejection('HandleInvalid', `${pointer} ${handle}.`, [{ pointer, reason: handle }]);
  return handle;
};
