import { type Headed, valuesOf } from './raw.ts';

/** Why a mail counts as made by a machine. */
export type Automatic = 'auto-submitted' | 'report' | 'bounce' | 'list' | 'bulk' | 'auto-reply';

type Sign = { readonly because: Automatic; readonly is: (value: (name: string) => string | undefined) => boolean };

const signs: readonly Sign[] = [
  { because: 'auto-submitted', is: (value) => !/^(no\b|$)/i.test(value('auto-submitted') ?? 'no') },
  { because: 'report', is: (value) => /^multipart\/report\b/i.test(value('content-type') ?? '') },
  {
    because: 'bounce',
    is: (value) => value('x-failed-recipients') !== undefined || /^<\s*>/.test(value('return-path') ?? ''),
  },
  { because: 'auto-reply', is: (value) => /^auto[_-]?reply\b/i.test(value('precedence') ?? '') },
  {
    because: 'auto-reply',
    is: (value) => ['x-autoreply', 'x-autorespond', 'x-autoreply-from'].some((name) => value(name) !== undefined),
  },
  {
    because: 'list',
    is: (value) => ['list-id', 'list-post', 'mailing-list', 'x-mailing-list'].some((name) => value(name) !== undefined),
  },
  { because: 'list', is: (value) => /^list\b/i.test(value('precedence') ?? '') },
  { because: 'bulk', is: (value) => /^(bulk|junk)\b/i.test(value('precedence') ?? '') },
  { because: 'bulk', is: (value) => value('list-unsubscribe') !== undefined || value('feedback-id') !== undefined },
];

/** Whether a machine made the mail (RFC 3834, RFC 2919, RFC 2369, RFC 3464 and what is common beside them), and by which sign. */
export const automaticBecause = (mail: Headed): Automatic | undefined => {
  const value = (name: string): string | undefined => valuesOf(mail, name)[0];
  return signs.find(({ is }) => is(value))?.because;
};
