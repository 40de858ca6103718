import { z } from 'zod';
import type { Http } from '../outbound/outbound.ts';
import { Fault } from '../outbound/fault.ts';
import { asking, once, orNothing, partsOf } from './asking.ts';
import { type Context, crm, type CrmRecord, type CrmSession, type Finding, type Upserted } from './crm.ts';
import { api, appendNotes, columnsOf, diagnosing, dialectOf, entity, type Entity } from './customermates.api.ts';
import { addressOf, changesOf, fitting, stepLine } from './text.ts';

const longestText = 20_000;
const settlesWithinMs = 5_000;

const label = (standard: string) => z.string().min(1).max(128).default(standard);
const settings = z.strictObject({
  columns: z
    .strictObject({
      reference: label('Throughline ref').describe("A task's column that holds what the task is known by; needed."),
      lastContact: label('Last contact').describe("A contact's column of date and time; needed."),
      lastMeeting: label('Last meeting').describe("A contact's column of date and time."),
      nextStep: label('Next step').describe("A contact's column of text."),
      due: label('Due').describe("A task's column of date and time; without it the date stands in the task's name."),
      done: label('Done at').describe("A task's column of date and time; without it a done task is named so."),
      tier: label('Tier').describe("A contact's column."),
      renewal: label('Renewal').describe("A contact's column."),
    })
    .prefault({})
    .describe('The labels of the custom columns.'),
});
type Settings = z.infer<typeof settings>;

const items = z.object({ items: z.array(entity) });
const users = z.object({ items: z.array(z.object({ id: z.string(), email: z.string() })) });

const markdownOf = (record: CrmRecord & { is: 'activity' | 'note' }): string => {
  // Single line breaks would run together.
  const text = fitting(record.body, longestText, record.link).replace(/\n/g, '  \n');
  const foot = [record.link, `Throughline ${record.reference}`].filter(Boolean).join(' · ');
  return [...(record.is === 'activity' ? [`**${record.subject}**`] : []), text, foot].join('\n\n');
};

const taskName = (
  { what, owner, due, done }: CrmRecord & { is: 'task' },
  hasDue: boolean,
  hasDone: boolean,
): string => {
  const step = hasDue ? fitting(what, 400) : stepLine({ what: fitting(what, 400), owner, due });
  return done && !hasDone ? `Done: ${step}` : step;
};

const valueIn = ({ customFieldValues }: Entity, column: string | undefined): string | undefined =>
  customFieldValues.find(({ columnId }) => columnId === column)?.value ?? undefined;

const isAt = (contact: Entity, address: string, columns: readonly string[]): boolean =>
  [...(contact.emails ?? []), ...columns.flatMap((column) => valueIn(contact, column)?.split(/[,;\s]+/) ?? [])].some(
    (one) => one.toLowerCase() === address.toLowerCase(),
  );

const tells = (contact: Entity | undefined, reference: string): boolean =>
  JSON.stringify(contact?.notes ?? '').includes(reference);

const session = (http: Http, { columns }: Settings): CrmSession => {
  const ask = asking(http, diagnosing(http));
  const [ofContacts, ofTasks] = [columnsOf(ask, 'contacts'), columnsOf(ask, 'tasks')];
  const dialect = once(() => dialectOf(ask));
  const path = (of: string, id: string): string => `${api}/${of}/${encodeURIComponent(id)}`;

  const search = async <T>(schema: z.ZodType<{ items: T[] }>, of: string, by: object): Promise<T[]> => {
    const body = { ...by, pagination: { page: 1, pageSize: 25 } };
    return (await ask(schema, { method: 'POST', path: `${api}/${of}/search`, body })).items;
  };
  const where = (field: string, value: string) => ({ filters: [{ field, operator: 'equals', value }] });

  const contactAt = async (id: string): Promise<Entity> => {
    const { contact } = await ask(z.object({ contact: entity.nullable() }), {
      method: 'GET',
      path: path('contacts', id),
    });
    if (contact) return contact;
    throw new Fault('gone', 'NotFound', 'Customermates has no contact of this id.');
  };

  const writeNotes = async (record: CrmRecord & { is: 'activity' | 'note' }, contacts: readonly string[]) => {
    let made: Upserted['made'] = 'unchanged';
    for (const id of contacts) {
      if (tells(await contactAt(id), record.reference)) continue;
      await appendNotes(ask, id, markdownOf(record));
      made = 'created';
    }
    return { made };
  };

  const writeTask = async (record: CrmRecord & { is: 'task' }, contact: string, remote?: string): Promise<Upserted> => {
    const reference = await ofTasks.need(columns.reference);
    const [due, done] = [await ofTasks.find(columns.due), await ofTasks.find(columns.done)];
    const mail = addressOf(record.owner);
    const owners = mail === undefined ? [] : await search(users, 'users', { searchTerm: mail });
    const set = (columnId: string | undefined, value: string | undefined) =>
      columnId === undefined || value === undefined ? [] : [{ columnId, value }];
    const body = {
      name: taskName(record, due !== undefined, done !== undefined),
      userIds: owners.filter(({ email }) => email.toLowerCase() === mail).map(({ id }) => id),
      ...((await dialect()).linksTasks && { contactIds: [contact] }),
      customFieldValues: [...set(reference, record.reference), ...set(due, record.due), ...set(done, record.done?.at)],
    };
    const isNew = remote === undefined;
    const at = isNew
      ? { method: 'POST' as const, path: `${api}/tasks` }
      : { method: 'PUT' as const, path: path('tasks', remote) };
    const { id } = await ask(entity, { ...at, body, writes: true });
    return { made: isNew ? 'created' : 'updated', remote: id };
  };

  const writeContact = async (record: CrmRecord & { is: 'contact' }, id: string): Promise<Upserted> => {
    const contact = await contactAt(id);
    const at: Record<string, string | undefined> = {
      lastContact: await ofContacts.need(columns.lastContact),
      lastMeeting: await ofContacts.find(columns.lastMeeting),
      nextStep: await ofContacts.find(columns.nextStep),
    };
    const shown = Object.fromEntries(Object.entries(at).map(([name, column]) => [name, valueIn(contact, column)]));
    const customFieldValues = Object.entries(changesOf(record, shown)).flatMap(([name, value]) =>
      at[name] === undefined ? [] : [{ columnId: at[name], value }],
    );
    if (customFieldValues.length === 0) return { made: 'unchanged' };
    await ask(entity, { method: 'PUT', path: path('contacts', id), body: { customFieldValues }, writes: true });
    return { made: 'updated' };
  };

  const contactsAt = async (handle: string): Promise<Entity[]> => {
    const [namespace, text] = partsOf(handle);
    const type =
      namespace === 'email' ? 'email' : namespace === 'tel' || namespace === 'whatsapp' ? 'phone' : undefined;
    if (type === undefined) return [];
    const fields = await ofContacts.addressFields(type);
    const exact = (await Promise.all(fields.map((field) => search(items, 'contacts', where(field, text))))).flat();
    // Equality tells upper from lower case there.
    const near = exact.length > 0 ? [] : await search(items, 'contacts', { searchTerm: text });
    return [...exact, ...near.filter((contact) => isAt(contact, text, fields))];
  };

  return {
    settlesWithinMs,
    test: async () => {
      const checked = async (what: string, look: () => Promise<unknown>): Promise<Finding> => {
        const fault = await look().then(() => undefined, (error: unknown) => error as Fault); // prettier-ignore
        return { what, ok: fault === undefined, ...(fault && { detail: fault.detail ?? String(fault) }) };
      };
      return [
        await checked('the dialect of its API', async () => {
          if ((await dialect()).isKnown) return;
          throw new Fault('connection', 'DialectUnknown', 'It speaks a newer dialect of the API than v1.');
        }),
        await checked('the key', () => ask(z.unknown(), { method: 'GET', path: `${api}/users/me` })),
        await checked(`the column “${columns.reference}” of tasks`, () => ofTasks.need(columns.reference)),
        await checked(`the column “${columns.lastContact}” of contacts`, () => ofContacts.need(columns.lastContact)),
      ];
    },
    findContact: async (handles) => {
      for (const handle of handles) {
        const [namespace, id] = partsOf(handle);
        if (namespace === 'crm.customermates') return [id];
        const found = await contactsAt(handle);
        if (found.length > 0) return [...new Set(found.map((contact) => contact.id))];
      }
      return [];
    },
    findByReference: async (record, contact) => {
      switch (record.is) {
        case 'contact':
          return undefined;
        case 'task':
          return (await search(items, 'tasks', where(await ofTasks.need(columns.reference), record.reference)))[0]?.id;
        case 'activity':
        case 'note':
          return tells(await orNothing(contactAt(contact)), record.reference) ? contact : undefined;
      }
    },
    upsert: async (record, { contact, also, remote }) => {
      switch (record.is) {
        case 'contact':
          return writeContact(record, contact);
        case 'task':
          return writeTask(record, contact, remote);
        case 'activity':
        case 'note':
          return writeNotes(record, [contact, ...also]);
      }
    },
    readContext: async (id): Promise<Context> => {
      const contact = await contactAt(id);
      const one = z.object({ deal: entity.nullable() });
      const read = contact.deals.slice(0, 20).map((deal) => ask(one, { method: 'GET', path: path('deals', deal.id) }));
      const deals = (await Promise.all(read)).flatMap(({ deal }) => deal ?? []);
      const [user] = contact.users;
      const name = [user?.firstName, user?.lastName].filter(Boolean).join(' ');
      return {
        ...(user && { owner: { handle: `email:${user.email.toLowerCase()}`, ...(name && { name }) } }),
        tier: valueIn(contact, await ofContacts.find(columns.tier)),
        renewal: valueIn(contact, await ofContacts.find(columns.renewal)),
        deals: deals.map((deal) => ({ name: deal.name ?? 'A deal', amount: deal.totalValue })),
        purchases: deals.flatMap((deal) => deal.services.map((of) => ({ product: of.name, amount: of.amount }))),
      };
    },
  };
};

/** Customermates by version 1 of its API; an API key is the secret. */
export const customermates = crm({
  name: 'customermates',
  title: 'Customermates',
  url: 'https://customermates.com',
  can: {
    writes: {
      activity: "a paragraph of the contact's notes",
      note: "a paragraph of the contact's notes",
      task: 'a task',
      contact: 'custom columns of the contact',
    },
    once: 'find',
    settlesWithinMs,
    longestText,
    perSecond: 10,
    atOnce: 4,
    tells: ['owner', 'tier', 'renewal', 'deals', 'purchases'],
  },
  settings,
  secret: { is: 'an API key' },
  // What is no task stands with the contact.
  pageOf: ({ url }, record, remote) =>
    `${url}/${record === 'task' ? 'tasks' : 'contacts'}/${encodeURIComponent(remote)}`,
  headers: ({ secret }) => ({ 'x-api-key': secret }),
  open: ({ settings: wanted }, http) => session(http, wanted),
});
