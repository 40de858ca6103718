import type { InteractionInput } from '@throughline/contracts';

let nth = 0;

/** An interaction like any other, a new one each time. */
export const said = (more: Partial<InteractionInput> = {}): InteractionInput => ({
  source: 'desk',
  key: `said-${(nth += 1)}`,
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  text: 'It cracked.',
  participants: [
    { role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee' },
    { role: 'agent', handle: 'email:bo@acme.example' },
  ],
  ...more,
});

/** Several of them. */
export const many = (count: number, more: Partial<InteractionInput> = {}): InteractionInput[] =>
  Array.from({ length: count }, () => said(more));
