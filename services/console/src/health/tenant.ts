import type { Connection, Delivery } from '../connections/shapes.ts';
import { reasonOf, remedyOf } from '../connections/words.ts';
import type { Page } from '../shapes.ts';
import { counted } from '../words.ts';
import { ofQueues } from './queues.ts';
import type { Finding, Queue, Status, Told } from './shapes.ts';

/** What is asked of a tenant. */
export type Tenant = {
  status: Status;
  connections: Told<Page<Connection>>;
  /** Those that a person must look at. */
  deliveries: Told<Page<Delivery>>;
  queues: Told<Page<Queue>>;
};

/** How it goes with what is a tenant's own. */
export const ofTenant = ({ status, connections, deliveries, queues }: Tenant): Finding[] => [
  quarantine(status),
  parked(status),
  ...ofConnections(connections),
  ...ofDeliveries(deliveries),
  ...ofQueues(queues, status.tenant),
];

const quarantine = ({ counts: { quarantined } }: Status): Finding => ({
  what: 'Quarantine',
  ...(quarantined === 0
    ? { is: 'well', says: 'All that came in was understood.' }
    : {
        is: 'ill',
        says: `${counted(quarantined, 'thing')} came in and could not be understood.`,
        todo: { says: 'Try again, or dismiss what nobody wants.', place: '/quarantine' },
      }),
});

const parked = ({ counts, tenant }: Status): Finding => ({
  what: 'Events set aside',
  ...(counts.parked === 0
    ? { is: 'well', says: 'Every event is in the pages and lists.' }
    : {
        is: 'ill',
        says: `${counted(counts.parked, 'event')} could not be applied: what they say is missing from pages and lists.`,
        todo: {
          says: 'See why, mend it, then try them again; or drop what is not wanted.',
          command: `npx throughline parked list --tenant ${tenant}`,
        },
      }),
});

const byName = { what: 'Connections', place: '/connections' } as const;

const ofConnections = (told: Told<Page<Connection>>): Finding[] => {
  const { what } = byName;
  if (told === 'closed') return [{ what, is: 'closed', says: 'Only who may operate is told.' }];
  if (told === 'absent') return [{ what, is: 'well', says: 'This installation writes nothing back.' }];
  const ill = told.items.filter(({ reason, failing }) => reason !== undefined || failing !== undefined);
  const paused = told.items.filter((one) => one.state === 'paused' && !ill.includes(one));
  if (ill.length > 0) return ill.map(connection);
  if (told.items.length === 0) return [{ what, is: 'well', says: 'No CRM is connected.' }];
  const rest = paused.length === 0 ? '' : `; paused by hand: ${paused.map(({ name }) => name).join(', ')}`;
  return [{ what, is: 'well', says: `${counted(told.items.length, 'CRM')} connected, and none refuses${rest}.` }];
};

const connection = ({ name, reason, detail, failing }: Connection): Finding => ({
  what: `Connection ${name}`,
  is: 'ill',
  says: failing
    ? `Fails now: ${reasonOf(failing.reason)}. ${failing.waiting.toLocaleString()} to be written.`
    : `Paused: ${detail ?? reasonOf(reason!)}`,
  todo: {
    says: failing
      ? 'It is tried again by itself, twelve times; test it to see whether it is well again.'
      : (remedyOf(reason) ?? 'Test it, then resume it.'),
    place: byName.place,
  },
});

const ofDeliveries = (told: Told<Page<Delivery>>): Finding[] => {
  const what = 'Written to CRMs';
  if (told === 'absent') return [];
  if (told === 'closed') return [{ what, is: 'closed', says: 'Only who may operate is told.' }];
  if (told.items.length === 0) return [{ what, is: 'well', says: 'Nothing was refused or set aside.' }];
  const rejected = told.items.filter(({ state }) => state === 'rejected').length;
  const more = told.nextCursor === null ? '' : ', or more';
  return [
    {
      what,
      is: 'ill',
      says: `${rejected} refused by a CRM, ${told.items.length - rejected} set aside${more}.`,
      todo: { says: 'Mend what each one says, then try it again; or drop it.', place: '/connections?state=aside' },
    },
  ];
};
