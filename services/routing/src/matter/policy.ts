import { channels, type DataOf, type Instant, isToCome } from '@throughline/contracts';

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

/** What was captured, and when it happened and was told. */
export type Told = {
  readonly data: DataOf<'InteractionCaptured'>;
  readonly occurredAt: Instant;
  readonly recordedAt?: Instant;
};

/** When the customer said it: what is to come was said when it was told. */
export const saidAt = ({ data: { channel }, occurredAt, recordedAt = occurredAt }: Told): Instant =>
  isToCome(channel, occurredAt, recordedAt) ? recordedAt : occurredAt;

const isAhead = ({ data: { channel, participants }, occurredAt, recordedAt = occurredAt }: Told): boolean =>
  isToCome(channel, occurredAt, recordedAt) && participants.some(({ role }) => role === 'agent');

/**
 * Whether a customer asks for something with this: what is history, automatic, ours, or was arranged with one of ours before
 * it happens, opens no matter and none again.
 */
export const isAsking = (told: Told, policy: Policy): boolean => isSaying(told.data, policy) && !isAhead(told);

/**
 * Whether a customer is to meet one of ours: who will be there is known, nobody has to be found, and nobody waits. It joins
 * the matter that it is about, where one is open.
 */
export const isArranging = (told: Told, policy: Policy): boolean => isSaying(told.data, policy) && isAhead(told);

const isSaying = (
  { backfill = false, direction, automatic = false, channel, participants, author }: Told['data'],
  policy: Policy,
): boolean =>
  !backfill &&
  direction === 'inbound' &&
  policy.channels.includes(channel) &&
  (!automatic || policy.automatic) &&
  participants[author]?.role === 'customer';
