import { z } from 'zod';
import { Fault } from '../outbound/fault.ts';
import type { Http } from '../outbound/outbound.ts';
import type { Asking } from './asking.ts';

export const api = '/api/v1';
const freshForMs = 300_000;

/** Anything that Customermates keeps: a contact, a task, a deal. */
export const entity = z.object({
  id: z.string(),
  name: z.string().optional(),
  notes: z.unknown().optional(),
  emails: z.array(z.string()).optional(),
  customFieldValues: z.array(z.object({ columnId: z.string(), value: z.string().nullish() })).default([]),
  users: z
    .array(z.object({ email: z.string(), firstName: z.string().optional(), lastName: z.string().optional() }))
    .default([]),
  deals: z.array(z.object({ id: z.string() })).default([]),
  totalValue: z.number().optional(),
  services: z.array(z.object({ name: z.string(), amount: z.number().optional() })).default([]),
});
export type Entity = z.infer<typeof entity>;

const configuration = z.object({
  customColumns: z.array(z.object({ id: z.string(), label: z.string(), type: z.string() })).default([]),
  filterableFields: z.array(z.object({ field: z.string() })).default([]),
});

/** The custom columns of contacts or of tasks. */
export type Columns = {
  /** The id of the column that has this label. */
  find(label: string): Promise<string | undefined>;
  /** The same; throws a Fault of the connection where there is none. */
  need(label: string): Promise<string>;
  /** The fields by which addresses of a kind can be looked for. */
  addressFields(type: 'email' | 'phone'): Promise<string[]>;
};

/** The custom columns, fetched anew every five minutes. */
export const columnsOf = (ask: Asking, of: 'contacts' | 'tasks'): Columns => {
  let known: { readonly at: number; readonly answer: Promise<z.infer<typeof configuration>> } | undefined;
  const fetched = () => {
    if (known && known.at + freshForMs > performance.now()) return known.answer;
    const answer = ask(configuration, { method: 'GET', path: `${api}/${of}/configuration` });
    answer.catch(() => (known = undefined));
    known = { at: performance.now(), answer };
    return answer;
  };
  const find = async (label: string) => (await fetched()).customColumns.find((column) => column.label === label)?.id;
  return {
    find,
    need: async (label) => {
      const id = await find(label);
      if (id !== undefined) return id;
      const detail = `Customermates has no custom column “${label}” of ${of}: it has to be added there.`;
      throw new Fault('connection', 'FieldsMissing', detail);
    },
    addressFields: async (type) => {
      const { customColumns, filterableFields } = await fetched();
      const own = filterableFields.filter(({ field }) => field === `${type}s`).map(({ field }) => field);
      return [...own, ...customColumns.filter((column) => column.type === type).map(({ id }) => id)];
    },
  };
};

/**
 * A wrong key is answered with 500, as any failure is. Whoever fails at everything while the open description is served
 * lacks the right key.
 */
export const diagnosing =
  (http: Http) =>
  async (fault: Fault): Promise<Fault> => {
    if (fault.code !== 'ServerError') return fault;
    const works = async (path: string): Promise<boolean> => {
      try {
        await http({ method: 'GET', path });
        return true;
      } catch {
        return false;
      }
    };
    if ((await works(`${api}/users/me`)) || !(await works(`${api}/openapi`))) return fault;
    const detail = 'Customermates answers 500 to every request with this key, and serves what needs none.';
    return new Fault('connection', 'CredentialsRefused', detail);
  };

const described = z.object({
  paths: z.record(z.string(), z.unknown()),
  components: z
    .object({ schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })) })
    .optional(),
});

/** Which dialect it speaks, from its own description; `linksTasks`: a task can name its contacts. */
export const dialectOf = async (ask: Asking): Promise<{ readonly isKnown: boolean; readonly linksTasks: boolean }> => {
  const { paths, components } = await ask(described, { method: 'GET', path: `${api}/openapi` });
  return {
    isKnown: '/v1/tasks/search' in paths && '/v1/contacts/search' in paths,
    linksTasks: components?.schemas['CreateTaskSchema']?.properties?.['contactIds'] !== undefined,
  };
};

const tool = z.object({
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({ isError: z.boolean().optional(), content: z.array(z.object({ text: z.string().default('') })) })
    .optional(),
});

/** Appends to a contact's notes; its REST API can only replace them. Throws a Fault where the tool tells of a failure. */
export const appendNotes = async (ask: Asking, contact: string, notes: string): Promise<void> => {
  const params = { name: 'append_entity_notes', arguments: { entity: 'contact', items: [{ id: contact, notes }] } };
  const { error, result } = await ask(tool, {
    method: 'POST',
    path: `${api}/mcp`,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    headers: { accept: 'application/json, text/event-stream' },
    writes: true,
  });
  const said = error?.message ?? result?.content.map(({ text }) => text).join(' ') ?? '';
  if (/not found/i.test(said)) throw new Fault('gone', 'NotFound', said);
  // The tool tells of failures in words, with a success's status.
  if (error || !result || result.isError || !/^appended/i.test(said)) throw new Fault('rejected', 'Invalid', said);
};
