import { type Asked, Fake, Refusing, type Rules, type Says } from './fake.ts';

type Values = { columnId: string; value: string | null }[];
type Contact = {
  id: string;
  firstName: string;
  lastName: string;
  notes: string;
  values: Values;
  users: string[];
  deals: string[];
  made: number;
  gone?: boolean;
};
type Task = { id: string; name: string; values: Values; userIds: string[]; made: number };
type Deal = { id: string; name: string; totalValue: number; services: { name: string; amount: number }[] };

const ok = (body: unknown, status = 200): Says => ({ status, body });
/** Its failures are bare strings. */
const refuse = (status: number, said: string): never => {
  throw new Refusing({ status, body: JSON.stringify(said) });
};

const columns = {
  contacts: [
    { id: 'c-mail', label: 'E-mail', type: 'email' },
    { id: 'c-tel', label: 'Phone', type: 'phone' },
    { id: 'c-last', label: 'Last contact', type: 'dateTime' },
    { id: 'c-met', label: 'Last meeting', type: 'dateTime' },
    { id: 'c-next', label: 'Next step', type: 'plain' },
    { id: 'c-tier', label: 'Tier', type: 'singleSelect' },
    { id: 'c-renewal', label: 'Renewal', type: 'date' },
  ],
  tasks: [
    { id: 't-ref', label: 'Throughline ref', type: 'plain' },
    { id: 't-due', label: 'Due', type: 'dateTime' },
  ],
};

/**
 * Customermates 1.1.0 with its quirks: a wrong key is a 500, a 400 a bare string, equality of addresses tells upper from
 * lower case, the same address may be there twice, PUT replaces notes and merges columns, and there is no reference.
 */
export const fakeCustomermates = ({ key = 'key-1', lagMs = 0, journal = undefined as string | undefined } = {}) => {
  const contacts: Contact[] = [];
  const tasks: Task[] = [];
  const deals: Deal[] = [];
  const users = [{ id: 'u-bo', email: 'bo@acme.example', firstName: 'Bo', lastName: 'Berg' }];
  const state = { key, lagMs, columns: structuredClone(columns) };
  let ids = 0;
  const newId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;

  const valueAt = (values: Values, columnId: string): string =>
    values.find((one) => one.columnId === columnId)?.value ?? '';
  const merged = (values: Values, changes: Values = []): Values => [
    ...values.filter(({ columnId }) => !changes.some((change) => change.columnId === columnId)),
    ...changes.filter(({ value }) => value !== null && value !== ''),
  ];
  const isVisible = ({ made }: { made: number }): boolean => made + state.lagMs <= Date.now();

  const shownContact = ({ id, firstName, lastName, notes, values, users: of, deals: sold }: Contact) => ({
    id,
    firstName,
    lastName,
    // Notes are kept as a document, not as text.
    notes:
      notes === ''
        ? null
        : {
            type: 'doc',
            content: notes.split('\n\n').map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
          },
    users: users.filter((user) => of.includes(user.id)),
    deals: deals.filter((deal) => sold.includes(deal.id)).map(({ id: deal, name }) => ({ id: deal, name })),
    organizations: [],
    customFieldValues: values,
  });
  const shownTask = ({ id, name, values, userIds }: Task) => ({
    id,
    name,
    type: 'custom',
    users: users.filter((user) => userIds.includes(user.id)),
    customFieldValues: values,
  });

  type Filter = { field: string; operator: string; value: string };
  const matches = (values: Values, filters: Filter[]): boolean =>
    filters.every(({ field, value }) => valueAt(values, field) === value);
  const searchContacts = ({ body }: Asked): Says => {
    const { filters = [], searchTerm = '' } = (body ?? {}) as { filters?: Filter[]; searchTerm?: string };
    const hits = contacts.filter((one) => !one.gone && isVisible(one) && matches(one.values, filters));
    const term = searchTerm.toLowerCase();
    return ok({
      items: hits
        .filter((one) => JSON.stringify([one.firstName, one.lastName, one.values]).toLowerCase().includes(term))
        .map(shownContact),
    });
  };
  const searchTasks = ({ body }: Asked): Says =>
    ok({
      items: tasks
        .filter((one) => isVisible(one) && matches(one.values, (body?.filters ?? []) as Filter[]))
        .map(shownTask),
    });

  const putContact = ({ body }: Asked, id: string): Says => {
    const one = contacts.find((each) => each.id === id && !each.gone);
    if (!one) return refuse(400, 'Contact not found');
    if ('notes' in body) one.notes = String(body.notes ?? '');
    one.values = merged(one.values, body.customFieldValues as Values);
    return ok(shownContact(one));
  };
  const writeTask = ({ body }: Asked, id?: string): Says => {
    if (id === undefined && !body?.name)
      return refuse(400, '✖ Invalid input: expected string, received undefined\n  → at name');
    const known = tasks.find((each) => each.id === id);
    if (id !== undefined && !known) return refuse(400, 'Task not found');
    const one: Task = known ?? { id: newId(), name: '', values: [], userIds: [], made: Date.now() };
    Object.assign(one, {
      name: body.name ?? one.name,
      values: merged(one.values, body.customFieldValues as Values),
      userIds: body.userIds ?? one.userIds,
    });
    if (!known) tasks.push(one);
    return ok(shownTask(one), known ? 200 : 201);
  };
  const mcp = ({ body, headers }: Asked): Says => {
    if (!String(headers.accept).includes('text/event-stream'))
      return { status: 406, body: { error: { message: 'Not Acceptable' } } };
    const { items } = body.params.arguments as { items: { id: string; notes: string }[] };
    const say = (text: string): Says => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: body.id as number, result: { content: [{ type: 'text', text }] } })}\n\n`,
    });
    for (const { id, notes } of items) {
      const one = contacts.find((each) => each.id === id && !each.gone);
      if (!one) return say(`Validation error: contact ${id} not found`);
      if (notes.length > 30_000) return say('Validation error: notes are too long');
      one.notes = one.notes === '' ? notes : `${one.notes}\n\n${notes}`;
    }
    return say(`Appended notes on ${items.length} contact(s)`);
  };

  const openapi = {
    openapi: '3.1.0',
    paths: { '/v1/contacts/search': {}, '/v1/tasks/search': {} },
    components: { schemas: { CreateTaskSchema: { properties: { name: {} } } } },
  };
  const found = <T>(all: T[], one: (each: T) => boolean) => all.find(one) ?? null;
  const routes: [RegExp, (asked: Asked, id?: string) => Says][] = [
    [/^GET \/users\/me$/, () => ok(users[0])],
    [
      /^GET \/(contacts|tasks)\/configuration$/,
      (_, of) => ok({ customColumns: state.columns[of as 'contacts' | 'tasks'], filterableFields: [] }),
    ],
    [/^POST \/contacts\/search$/, searchContacts],
    [/^POST \/tasks\/search$/, searchTasks],
    [/^POST \/users\/search$/, () => ok({ items: users })],
    [/^GET \/contacts\/([\w-]+)$/, (_, id) => {
      const one = contacts.find((each) => each.id === id && !each.gone);
      return ok({ contact: one ? shownContact(one) : null, customColumns: [] });
    }], // prettier-ignore
    [/^GET \/deals\/([\w-]+)$/, (_, id) => ok({ deal: found(deals, (deal) => deal.id === id) })],
    [/^PUT \/contacts\/([\w-]+)$/, (asked, id) => putContact(asked, id!)],
    [/^POST \/tasks$/, (asked) => writeTask(asked)],
    [/^PUT \/tasks\/([\w-]+)$/, writeTask],
    [/^POST \/mcp$/, mcp],
  ];

  const rules: Rules = {
    writes: ({ method, path }) => method !== 'GET' && !path.endsWith('/search'),
    answer: (asked) => {
      const path = asked.path.replace(/^\/api\/v1/, '');
      if (path === '/openapi') return ok(openapi);
      if (asked.headers['x-api-key'] !== state.key) return refuse(500, 'Internal Server Error');
      for (const [route, answer] of routes) {
        const match = route.exec(`${asked.method} ${path}`);
        if (match) return answer(asked, match[1]);
      }
      return { status: 404, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>404</title>' };
    },
  };
  const addContact = (of: Partial<Contact> & { mail?: string; tel?: string }): string => {
    const { mail, tel, ...more } = of;
    const values = [
      ...(mail ? [{ columnId: 'c-mail', value: mail }] : []),
      ...(tel ? [{ columnId: 'c-tel', value: tel }] : []),
    ];
    const one: Contact = {
      id: newId(),
      firstName: 'Ann',
      lastName: 'Lee',
      notes: '',
      users: [],
      deals: [],
      made: 0,
      ...more,
      values: [...values, ...(more.values ?? [])],
    };
    contacts.push(one);
    return one.id;
  };
  return { fake: new Fake(rules, journal), contacts, tasks, deals, state, addContact };
};
