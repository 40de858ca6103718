import { duration, millisecondsOf } from '@throughline/contracts';
import type { KafkaDriver } from '@throughline/feed';
import { CannotStart, copiesOf, tenantName, topicSettings } from '@throughline/host';
import { z } from 'zod';
import { type Channels, channelsOf } from './channels.ts';
import type { Allowed } from './inbox.ts';

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
  INBOX_PARTITIONS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'is not a whole number from 1 to 999')
    .transform(Number)
    .default(12),
  INBOX_RETENTION: duration
    .refine(
      (text) => millisecondsOf(text) <= mostDays * 24 * 3_600_000,
      'is more than 7 days: its topics hold clear text',
    )
    .default('P7D'),
  ...topicSettings,
};

const schema = z.object(inboxSettings);

/** The inbox as it is to be read in a process; Kafka stays the caller's to close. */
export type InboxOptions = { readonly kafka: KafkaDriver; readonly allowed: Allowed; readonly channels: Channels };

/** The inbox that the settings want; none where it serves nobody. Throws {@link CannotStart} where nothing could ever come of it. */
export const inboxOf = (settings: z.output<typeof schema>, kafka?: KafkaDriver): InboxOptions | undefined => {
  const { INBOX_TENANTS: allowed } = settings;
  if (allowed === undefined) return undefined;
  if (!kafka)
    throw new CannotStart('INBOX_TENANTS is set, and KAFKA_BROKERS is not: there is no Kafka to read it from.');
  return { kafka, allowed, channels: channelsIn(settings) };
};

/** The inbox's topics as the settings want them. Throws {@link CannotStart} where nothing could ever be written to them. */
export const channelsIn = (settings: z.output<typeof schema>): Channels => {
  return channelsOf({
    partitions: settings.INBOX_PARTITIONS,
    ...copiesOf(settings),
    retentionMs: millisecondsOf(settings.INBOX_RETENTION),
  });
};
