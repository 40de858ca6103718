import type { DataOf } from '@throughline/contracts';
import type { Reading } from '../reading.ts';

/** What kind of record a delivery writes. */
export type RecordKind = DataOf<'DeliveryPlanned'>['record'];

/** Which kinds of record these deliveries write. */
export const recordsOf = async (
  { client, tenant }: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordKind>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ delivery: string; record: RecordKind }>({
    name: 'timeline.delivery.records',
    text: `select delivery, record from timeline.delivery where tenant = $1 and delivery = any($2::uuid[])`,
    values: [tenant, ids],
  });
  return new Map(rows.map(({ delivery, record }) => [delivery, record]));
};
