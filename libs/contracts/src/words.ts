import { z } from 'zod';

/** Text from outside: a lone surrogate cannot be stored as UTF-8 and U+0000 not in PostgreSQL, so both are refused by name. */
export const plainText = (max: number, min = 1) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed(), 'has a lone surrogate, which no UTF-8 can carry')
    .refine((text) => !text.includes('\0'), 'has the character U+0000, which cannot be stored');

// eslint-style character classes would hide the intent: these are the C0 and C1 controls.
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** An identifier from outside: one line, without control characters (they would break keys, headers and logs). */
export const plainId = (max: number) => plainText(max).refine((text) => !control.test(text), 'has a control character');

/** A name in addresses and commands, never personal: small letters, digits and hyphens. */
export const slug = (example: string) =>
  z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, `is not a name of small letters, digits and hyphens, such as ${example}`);

/** A moment, RFC 3339 in UTC, up to microseconds: `2026-05-04T09:30:00Z`. */
export type Instant = string;

/** An RFC 3339 moment with any offset, answered in UTC; years 1900 to 2199, so that a wrong unit or field is found here. */
export const instant = z
  .string()
  .max(40)
  .transform((text, context): Instant => {
    const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/.exec(text);
    const at = match ? new Date(`${match[1]}T${match[2]}${match[4]!.toUpperCase()}`) : undefined;
    const sameDay = match && at && !Number.isNaN(at.getTime()) && validDay(match[1]!);
    if (!sameDay || at.getUTCFullYear() < 1900 || at.getUTCFullYear() > 2199) {
      context.addIssue({
        code: 'custom',
        message: 'is not an RFC 3339 moment between 1900 and 2199, such as 2026-05-04T09:30:00Z',
      });
      return z.NEVER;
    }
    const fraction = (match[3] ?? '').slice(0, 6).replace(/0+$/, '');
    return `${at.toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`;
  })
  .meta({ type: 'string', format: 'date-time' });

// Date.parse lets 30 February through as 1 March.
const validDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

export const uuid = z.uuid();

export const channels = [
  'email', 'phone', 'sms', 'whatsapp', 'chat', 'social', 'form', 'meeting', 'ticket', 'in-app', 'self-service',
  'campaign', 'in-person', 'survey',
] as const; // prettier-ignore
export const directions = ['inbound', 'outbound', 'internal'] as const;
export const kinds = ['sales', 'onboarding', 'support', 'account', 'self-service', 'outbound'] as const;
export const roles = ['customer', 'agent', 'bot', 'system', 'other'] as const;
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;

export const channel = z.enum(channels);
export const direction = z.enum(directions);
export const kind = z.enum(kinds);
export const role = z.enum(roles);

export type Channel = z.infer<typeof channel>;
export type Direction = z.infer<typeof direction>;
export type Kind = z.infer<typeof kind>;
export type Role = z.infer<typeof role>;

/** What decisions need of an interaction beside channel, direction and kind. Never personal, never sealed. */
export const classification = {
  intent: plainId(128).optional(),
  topic: plainId(128).optional(),
  priority: z.enum(priorities).optional(),
  severity: plainId(64).optional(),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'is not a BCP 47 language tag')
    .optional(),
};

/** In which order it is asked who is responsible: named for the customer by hand, told by a CRM, named for the account. */
export const ownerOrder = ['customer', 'crm', 'account'] as const;

/** A calendar quarter in UTC: `2026Q4`. */
export const quarter = z.string().regex(/^\d{4}Q[1-4]$/, 'is not a quarter such as 2026Q4');
