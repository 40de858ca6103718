import type { InteractionInput } from '@throughline/contracts';

/** What the specs read of one captured fact. */
export type Captured = { readonly outcome: string; readonly id: string; readonly position: number };
export type Batch = {
  readonly counts: Readonly<Record<'captured' | 'duplicate' | 'rejected', number>>;
  readonly results: readonly (Partial<Captured> & { readonly problem?: Problem })[];
};

/** A problem detail (RFC 9457). */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly reason: string }[];
};

/** An interaction that is fine; a part of it can be said otherwise. */
export const interaction = (key: string, more: Partial<InteractionInput> = {}): InteractionInput => ({
  source: 'spec',
  key,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  text: `words of ${key}`,
  participants: [{ role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee' }],
  ...more,
});

/** The lines of a mail, as they go over a wire. */
export const mail = (headers: Readonly<Record<string, string>>, body = 'Words.'): string =>
  [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');

/** Mails of conversations between many and us: `n` of them, in threads of five. */
export const madeMails = (n: number): { readonly name: string; readonly text: string }[] =>
  Array.from({ length: n }, (_, at) => {
    const thread = Math.floor(at / 5);
    const nth = at % 5;
    const customer = `Customer ${thread} <c${thread}@shop${thread % 7}.example>`;
    const us = 'Acme Help <help@acme.example>';
    const [from, to] = nth % 2 === 0 ? [customer, us] : [us, customer];
    const before = Array.from({ length: nth }, (_, earlier) => `<m${thread}.${earlier}@made.example>`);
    const headers = {
      'Delivered-To': 'help@acme.example',
      From: from,
      To: to,
      Subject: `${nth === 0 ? '' : 'Re: '}Order ${thread}`,
      Date: new Date(Date.UTC(2026, 2, 1, 8, at)).toUTCString().replace('GMT', '+0000'),
      'Message-ID': `<m${thread}.${nth}@made.example>`,
      ...(nth > 0 && { 'In-Reply-To': before.at(-1)!, References: before.join(' ') }),
      'Content-Type': 'text/plain; charset=utf-8',
    };
    return { name: `${String(at).padStart(4, '0')}.eml`, text: mail(headers, `Mail ${nth} of thread ${thread}.`) };
  });
