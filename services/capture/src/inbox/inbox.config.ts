import { duration, millisecondsOf } from '@throughline/contracts';
import { CannotStart, tenantName } from '@throughline/host';
import { z } from 'zod';
import { type Channels, channelsOf } from './channels.ts';
import type { Allowed } from './inbox.ts';

const whole = (standard: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'is not a whole number from 1 to 999')
    .transform(Number)
    .default(standard);

const mostDays = 7;

const tenants = z
  .string()
  .transform((text): Allowed => (text === '*' ? 'all' : text.split(',')))
  .refine(
    (allowed) => allowed === 'all' || allowed.every((tenant) => tenantName.test(tenant)),
    'is neither * nor a list of tenants such as acme,beta',
  );

/** The settings of the inbox: which tenants may be written for by way of it (none: there is no inbox), and how its topics are made. */
export const inboxSettings = {
  INBOX_TENANTS: tenants.optional(),
  INBOX_PARTITIONS: whole(12),
  INBOX_RETENTION: duration
    .refine(
      (text) => millisecondsOf(text) <= mostDays * 24 * 3_600_000,
      'is more than 7 days: its topics hold clear text',
    )
    .default('P7D'),
  KAFKA_REPLICAS: whole(3),
  KAFKA_MIN_INSYNC_REPLICAS: whole(2),
};

const schema = z.object(inboxSettings);

/** Whom the inbox serves, and its topics; undefined where it serves nobody. Throws {@link CannotStart} where nothing could ever be written to it. */
export const inboxOf = (
  settings: z.output<typeof schema>,
): { readonly allowed: Allowed; readonly channels: Channels } | undefined => {
  const { INBOX_TENANTS: allowed, KAFKA_REPLICAS: replicas, KAFKA_MIN_INSYNC_REPLICAS: inSync } = settings;
  if (allowed === undefined) return undefined;
  if (inSync > replicas)
    throw new CannotStart(
      `KAFKA_MIN_INSYNC_REPLICAS is ${inSync}, more than KAFKA_REPLICAS with ${replicas}: the inbox would take nothing.`,
    );
  const retentionMs = millisecondsOf(settings.INBOX_RETENTION);
  return { allowed, channels: channelsOf({ partitions: settings.INBOX_PARTITIONS, replicas, inSync, retentionMs }) };
};
