import { channels, type DataOf } from '@throughline/contracts';

/** How a tenant's matters are opened, joined and closed. */
export type Policy = DataOf<'MatterPolicySet'>;

/** What holds until a tenant says otherwise. */
export const usualPolicy: Policy = {
  window: 'P3D',
  channels: channels.filter((channel) => !['campaign', 'survey', 'self-service'].includes(channel)),
  automatic: false,
  outcomes: ['resolved', 'solved', 'closed', 'done'],
  quiet: 'P30D',
};

type Captured = DataOf<'InteractionCaptured'>;

/** Whether a customer asks for something with this: what is history, automatic or ours opens no matter and none again. */
export const isAsking = (
  { backfill = false, direction, automatic = false, channel, participants, author }: Captured,
  policy: Policy,
): boolean =>
  !backfill &&
  direction === 'inbound' &&
  policy.channels.includes(channel) &&
  (!automatic || policy.automatic) &&
  participants[author]?.role === 'customer';
