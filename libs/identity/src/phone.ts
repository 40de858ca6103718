import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import type { Spelling } from './handle.ts';

const reason =
  'is not a phone number in international form, such as +442079460958; a short code or a withheld number needs another namespace';

const parse = (text: string): PhoneNumber | undefined => {
  const number = parsePhoneNumberFromString(text, { extract: false });
  return number?.isValid() ? number : undefined;
};

// Spellings of mobile numbers that networks and messengers still use after the plan changed: Mexico's 1 after the country
// code is gone, Brazil's mobiles have a 9 before their eight digits.
const older = (text: string): string | undefined => {
  const digits = text.replace(/[^+\d]/g, '');
  const mexican = /^\+521(\d{10})$/.exec(digits);
  if (mexican) return `+52${mexican[1]}`;
  const brazilian = /^\+55(\d{2})([6-9]\d{7})$/.exec(digits);
  return brazilian ? `+55${brazilian[1]}9${brazilian[2]}` : undefined;
};

/** The one spelling of a phone number: E.164, and `;ext=` where it has an extension. */
export const phoneValue = (written: string): Spelling => {
  const text = written.normalize('NFKC');
  if (!text.startsWith('+')) return { reason };
  const rewritten = older(text);
  const number = parse(text) ?? (rewritten && parse(rewritten)) ?? undefined;
  if (!number) return { reason };
  return { value: number.ext ? `${number.number};ext=${number.ext}` : number.number };
};

const services = new Set(['TOLL_FREE', 'PREMIUM_RATE', 'SHARED_COST', 'UAN', 'VOICEMAIL', 'PAGER']);

/** Whether a normalised number is a line of a person or household, not of a service that many call. */
export const isPersonalLine = (value: string): boolean => {
  const type = parsePhoneNumberFromString(value)?.getType();
  return type === undefined || !services.has(type);
};
