import type { Client } from '@throughline/postgres';
import { type Change, type Heard, type Row, table } from '@throughline/read-model';
import { accountsOfHandles } from '../account/account.projector.ts';
import { arrangementsOfHandles } from '../arrangement/arrangement.projector.ts';
import { conversationsOfHandles } from '../conversation/conversation.projector.ts';
import { crmContexts } from '../crm/crm.projector.ts';
import { contacts } from '../customer/customer.projector.ts';
import { deliveries } from '../delivery/delivery.projector.ts';
import { entriesOfHandles } from '../entry/entry.projector.ts';
import { matters } from '../matter/matter.projector.ts';
import { notes } from '../note/note.projector.ts';
import { owners } from '../owner/owner.projector.ts';
import { faces } from '../party/party.projector.ts';
import { promises } from '../promise/promise.projector.ts';
import { tasks } from '../task/task.projector.ts';
import { tallies, volumesOfHandles } from '../volume/volume.projector.ts';

/** Who is erased: all that is left of a person in these rows. */
export const erasedHandles = table({
  name: 'timeline.erased',
  columns: { tenant: 'text', handle: 'uuid', customer: 'uuid', position: 'bigint', at: 'timestamptz' },
  key: ['tenant', 'handle'],
  merge: 'keep',
});

/** The tables with rows that are somebody's, and the column that says whose. (Copies of events are none: they are noise where they stand.) */
const theirs = new Map<string, { readonly name: string; readonly key: readonly string[]; readonly column: string }>(
  (
    [
      [entriesOfHandles, 'handle'],
      [conversationsOfHandles, 'handle'],
      [volumesOfHandles, 'handle'],
      [tallies, 'handle'],
      [contacts, 'handle'],
      [accountsOfHandles, 'handle'],
      [arrangementsOfHandles, 'handle'],
      [faces, 'party'],
      [tasks, 'subject'],
      [notes, 'subject'],
      [owners, 'subject'],
      [matters, 'subject'],
      [promises, 'subject'],
      [deliveries, 'subject'],
      [crmContexts, 'subject'],
    ] as const
  ).map(([of, column]) => [of.name, { name: of.name, key: of.key, column }]),
);

const nameOf = (tenant: string, handle: unknown): string => `${tenant} ${String(handle)}`;

const erasuresIn = (events: readonly Heard[]) => events.filter((event) => event.type === 'SubjectErased');

/** What is known of erased people before a batch: who of those that it names is one, and the rows of those whom it erases. */
export type Buried = { readonly handles: ReadonlySet<string>; readonly rows: ReadonlyMap<string, readonly Change[]> };

const handlesNamed = ({ type, data }: Heard): string[] => {
  if (type === 'InteractionCaptured') return data.participants.map(({ id }) => id);
  if (type === 'HandlesLinked') return [data.a.id, data.b.id];
  if (type === 'LinkRetracted') return [data.a, data.b];
  if (type === 'HandleRemembered') return [data.party.id];
  return 'subject' in data && data.subject !== undefined ? [data.subject] : [];
};

const readHandles = async (events: readonly Heard[], db: Client): Promise<ReadonlySet<string>> => {
  const named = events.flatMap((event) => handlesNamed(event).map((handle) => ({ tenant: event.tenant, handle })));
  if (named.length === 0) return new Set();
  const { rows } = await db.query<{ tenant: string; handle: string }>({
    name: 'timeline.erased',
    text: `select e.tenant, e.handle from timeline.erased e
      join (select distinct * from unnest($1::text[], $2::uuid[]) as asked (tenant, handle)) asked using (tenant, handle)`,
    values: [named.map(({ tenant }) => tenant), named.map(({ handle }) => handle)],
  });
  return new Set(rows.map(({ tenant, handle }) => nameOf(tenant, handle)));
};

const readRows = async ({ tenant, data }: Heard<'SubjectErased'>, db: Client): Promise<Change[]> => {
  const found: Change[] = [];
  for (const { name, key, column } of theirs.values()) {
    const columns = key.map((one) => `"${one}"`).join(', ');
    const { rows } = await db.query<Row>({
      text: `select ${columns} from ${name} where tenant = $1 and ${column} = any($2::uuid[])`,
      values: [tenant, data.subjects],
    });
    for (const row of rows) found.push({ table: name, is: 'remove', row });
  }
  return found;
};

/** Reads what {@link burying} goes by. */
export const readBuried = async (events: readonly Heard[], db: Client): Promise<Buried> => {
  const rows = new Map<string, readonly Change[]>();
  for (const event of erasuresIn(events)) rows.set(event.id, await readRows(event, db));
  return { handles: await readHandles(events, db), rows };
};

/** Keeps the rows of erased people from being, event by event, whatever way the events are cut into batches. */
export type Burying = {
  readonly isErased: (tenant: string, handle: string) => boolean;
  /** What an event changes, without what would be an erased person's. */
  readonly passed: (changes: Iterable<Change>) => Iterable<Change>;
  /** What goes with a person, and what stays: that they are erased. */
  readonly buried: (event: Heard<'SubjectErased'>) => Iterable<Change>;
};

export const burying = (events: readonly Heard[], { handles, rows }: Buried): Burying => {
  const erased = new Set(handles);
  const willErase = erasuresIn(events).length > 0;
  const told: Change[] = [];
  const isTheirs = ({ table: name, row }: Change): boolean => {
    const of = theirs.get(name);
    return of !== undefined && erased.has(nameOf(row['tenant'] as string, row[of.column]));
  };
  const keyOf = ({ table: name, row }: Change): Row =>
    Object.fromEntries(theirs.get(name)!.key.map((column) => [column, row[column]]));

  return {
    isErased: (tenant, handle) => erased.has(nameOf(tenant, handle)),

    *passed(changes) {
      for (const change of changes) {
        if (erased.size > 0 && change.is === 'put' && isTheirs(change)) continue;
        if (willErase && change.is === 'put' && theirs.has(change.table)) told.push(change);
        yield change;
      }
    },

    *buried({ id, tenant, position, occurredAt: at, data: { subjects, customer = subjects[0]! } }) {
      for (const handle of subjects) erased.add(nameOf(tenant, handle));
      yield* rows.get(id) ?? [];
      for (const change of told.filter(isTheirs)) yield { table: change.table, is: 'remove', row: keyOf(change) };
      for (const handle of subjects) yield erasedHandles.put({ tenant, handle, customer, position, at });
    },
  };
};
