import type { Recorded } from '@throughline/contracts';
import { eventsAt } from '../entry/event.query.ts';
import type { Reading } from '../reading.ts';

/** What CRMs told last of a customer. */
export type Told = Recorded<'CrmContextRead'>;

/** What each CRM told last of these handles, opened, the newest first; of each CRM one, however many handles it was asked about. */
export const toldByCrms = async (reading: Reading, subjects: readonly string[]): Promise<Told[]> => {
  const { rows } = await reading.client.query<{ position: bigint }>({
    name: 'timeline.crm.told',
    text: `
      select max(position) as position from timeline.crm_context
      where tenant = $1 and subject = any($2::uuid[]) group by connection order by 1 desc`,
    values: [reading.tenant, subjects],
  });
  const events = await eventsAt(
    reading,
    rows.map(({ position }) => position),
  );
  return events.filter((event): event is Told => event.type === 'CrmContextRead');
};
