import { z } from 'zod';
import { Fault } from '../outbound/fault.ts';
import type { Ask, Http } from '../outbound/outbound.ts';
import { asking, orNothing, partsOf } from './asking.ts';
import { type Context, crm, type CrmRecord, type CrmSession, type Finding, type Upserted } from './crm.ts';
import { isSigningKey, signatureOf } from './signature.ts';
import { at, filled, filledText, type Names } from './template.ts';
import { fitting } from './text.ts';

const longestText = 200_000;

const pointer = z.string().regex(/^(\/[^/]*)*$/, 'is not a JSON Pointer, such as /items/0/id');
const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST'),
  path: z
    .string()
    .regex(/^(\/.*)?$/, 'does not begin with a slash')
    .default('')
    .describe('Below the URL; placeholders are encoded.'),
  query: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional().describe('JSON with placeholders: {"ref": "{{record.reference}}"}'),
});
const search = request.extend({
  items: pointer.default('').describe('Where in the answer the list of what was found stands.'),
  id: pointer.default('/id').describe('Where in each of them its id stands.'),
});
const contextFields = z.strictObject({
  ownerEmail: pointer.optional(),
  ownerName: pointer.optional(),
  tier: pointer.optional(),
  value: pointer.optional(),
  renewal: pointer.optional(),
});

const settings = z.strictObject({
  secretIs: z
    .union([z.enum(['signing-key', 'bearer-token']), z.strictObject({ header: z.string().regex(/^[A-Za-z0-9-]+$/) })])
    .default('signing-key')
    .describe('A key by which bodies are signed after Standard Webhooks (whsec_…), a token, or the value of a header.'),
  contact: search
    .optional()
    .describe(
      'How a contact is looked for, by {{handle}}, {{namespace}} and {{value}}; without it the handle stands for the contact.',
    ),
  find: search.optional().describe('How a record is looked for by {{record.reference}}.'),
  create: request.prefault({ body: '{{}}' }).describe('How a record is written.'),
  update: request
    .optional()
    .describe('How a record is written that is there already, as {{remote}}; as it is created, unless given.'),
  id: pointer.optional().describe("Where in the answer the record's id stands."),
  page: z
    .string()
    .regex(/^https?:\/\//, 'is not of http or https')
    .optional()
    .describe('Where people see a record: https://crm.example/{{record.is}}/{{remote}}'),
  context: request
    .extend({ fields: contextFields })
    .optional()
    .describe('How it is asked what it knows of {{contact}}.'),
  settlesWithinMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('How long a search may not find what was written.'),
});
type Settings = z.infer<typeof settings>;

// Failures that come as a success.
const failed = z.union([
  z.looseObject({ error: z.union([z.string().min(1), z.looseObject({})]) }),
  z.looseObject({ errors: z.array(z.unknown()).min(1) }),
  z.looseObject({ success: z.literal(false) }),
  z.looseObject({ ok: z.literal(false) }),
  z.looseObject({ status: z.enum(['error', 'failed', 'failure']) }),
]);

const listAt = (body: unknown, place: string): readonly unknown[] => {
  const list = at(body, place);
  return Array.isArray(list) ? list : list == null ? [] : [list];
};

const idAt = (body: unknown, place: string): string | undefined => {
  const id = at(body, place);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
};

const textAt = (body: unknown, place: string | undefined): string | undefined =>
  place === undefined ? undefined : idAt(body, place);

const isFixed = (path: string): boolean => !path.includes('{{');

const noSigningKey =
  'is no signing key: that is whsec_ and 24 to 64 bytes in base64. A token is given with the setting “secretIs”';

const shapeOf = (secret: string): Finding =>
  isSigningKey(secret)
    ? { what: 'the shape of the secret', ok: true }
    : { what: 'the shape of the secret', ok: false, detail: `It ${noSigningKey}.` };

const withinLimits = (record: CrmRecord): CrmRecord =>
  record.is === 'activity' || record.is === 'note'
    ? { ...record, body: fitting(record.body, longestText, record.link) }
    : record;

const session = (http: Http, secret: string, wanted: Settings, now: () => Date): CrmSession => {
  const ask = asking(http);

  const asked = ({ method, path, query = {}, body }: z.infer<typeof request>, names: Names): Ask => ({
    method,
    path: filledText(path, names, encodeURIComponent),
    named: path,
    query: Object.fromEntries(Object.entries(query).map(([name, text]) => [name, filledText(text, names)])),
    ...(body !== undefined && { body: filled(body, names) }),
  });

  const found = async ({ items, id, ...how }: z.infer<typeof search>, names: Names): Promise<string[]> => {
    const body = await orNothing(ask(z.unknown(), asked(how, names)));
    return listAt(body, items).flatMap((item) => idAt(item, id) ?? []);
  };

  // By a method that changes nothing. What stands in a path only for a record cannot be asked for without one.
  const reached = async (): Promise<Finding> => {
    const { path } = wanted.create;
    const { status } = await http({ method: 'OPTIONS', path: isFixed(path) ? path : '', anyStatus: true });
    const detail = `It answered OPTIONS with ${status}; nothing was written.`;
    return status >= 300 && status < 400
      ? { what: 'the address', ok: false, detail: `${detail} It sends elsewhere, and no redirect is followed.` }
      : { what: 'the address', ok: true, detail };
  };

  // Of an address that names neither record nor contact it is said of the address itself; with contacts that are looked
  // for, one of them may be gone as well.
  const missing = (fault: unknown, { method, path }: z.infer<typeof request>): unknown => {
    if (!(fault instanceof Fault) || fault.kind !== 'gone' || !isFixed(path)) return fault;
    if (wanted.contact) return new Fault('gone', 'NothingThere', fault.detail);
    const detail = `${method} ${path || '/'} was answered with 404 or 410: nothing is at this address.`;
    return new Fault('connection', 'NothingThere', detail);
  };

  const send = async (how: z.infer<typeof request>, names: Names, delivery: string): Promise<unknown> => {
    const one = asked(how, names);
    const body = JSON.stringify(one.body ?? names);
    const signed = wanted.secretIs === 'signing-key' ? signatureOf(secret, delivery, now(), body) : {};
    const headers = { 'content-type': 'application/json', 'idempotency-key': delivery, ...signed };
    const answersAnything = wanted.id === undefined;
    const said = await ask(z.unknown(), { ...one, body, headers, writes: true, answersAnything }).catch(
      (error: unknown) => {
        throw missing(error, how);
      },
    );
    if (failed.safeParse(said).success) throw new Fault('rejected', 'Invalid', JSON.stringify(said).slice(0, 500));
    return said;
  };

  const readerOf =
    ({ fields, ...how }: NonNullable<Settings['context']>) =>
    async (contact: string): Promise<Context> => {
      const known = await ask(z.unknown(), asked(how, { contact }));
      const [email, name] = [textAt(known, fields.ownerEmail), textAt(known, fields.ownerName)];
      const amount = Number(textAt(known, fields.value) ?? Number.NaN);
      return {
        ...((email ?? name) !== undefined && {
          owner: { ...(email && { handle: `email:${email.toLowerCase()}` }), ...(name && { name }) },
        }),
        tier: textAt(known, fields.tier),
        renewal: textAt(known, fields.renewal),
        ...(!Number.isNaN(amount) && { value: { amount } }),
      };
    };

  return {
    settlesWithinMs: wanted.find ? wanted.settlesWithinMs : 0,
    test: async () => {
      const shape = wanted.secretIs === 'signing-key' ? [shapeOf(secret)] : [];
      const findings = [...shape, await reached()];
      if (!wanted.contact) return findings;
      const handle = 'email:nobody@throughline.invalid';
      await found(wanted.contact, { handle, namespace: 'email', value: 'nobody@throughline.invalid' });
      return [...findings, { what: 'looking for a contact', ok: true }];
    },
    findContact: async (handles) => {
      if (!wanted.contact) return handles.slice(0, 1);
      for (const handle of handles) {
        const [namespace, value] = partsOf(handle);
        const ids = await found(wanted.contact, { handle, namespace, value });
        if (ids.length > 0) return [...new Set(ids)];
      }
      return [];
    },
    findByReference: async (record) => (wanted.find ? (await found(wanted.find, { record }))[0] : undefined),
    upsert: async (given, { delivery, contact, also, remote }): Promise<Upserted> => {
      const record = withinLimits(given);
      const names = { record, contact, also, delivery, ...(remote !== undefined && { remote }) };
      const said = await send(remote === undefined ? wanted.create : (wanted.update ?? wanted.create), names, delivery);
      const id = remote ?? textAt(said, wanted.id);
      return { made: remote === undefined ? 'created' : 'updated', ...(id !== undefined && { remote: id }) };
    },
    ...(wanted.context && { readContext: readerOf(wanted.context) }),
  };
};

const headersOf = (secret: string, { secretIs }: Settings): Record<string, string> => {
  if (secretIs === 'signing-key') return {};
  return secretIs === 'bearer-token' ? { authorization: `Bearer ${secret}` } : { [secretIs.header]: secret };
};

/** Any endpoint that takes JSON over HTTP: what it is asked stands in templates, as data. */
export const http = crm({
  name: 'http',
  title: 'An endpoint over HTTP',
  can: {
    writes: {
      activity: 'a request by template',
      note: 'a request by template',
      task: 'a request by template',
      contact: 'a request by template',
    },
    once: 'receiver',
    settlesWithinMs: 10_000,
    longestText,
    perSecond: 50,
    atOnce: 8,
    tells: ['owner', 'tier', 'value', 'renewal'],
  },
  settings,
  secret: {
    is: 'a signing key, which whoever receives it has as well: whsec_ and 24 to 64 bytes in base64; with the setting “secretIs” a bearer token, or the value of a header',
    flawOf: ({ secret, settings: { secretIs } }) =>
      secretIs === 'signing-key' && !isSigningKey(secret) ? noSigningKey : undefined,
  },
  pageOf: ({ settings: { page } }, is, remote) =>
    page && filledText(page, { record: { is }, remote }, encodeURIComponent),
  headers: ({ secret, settings: wanted }) => headersOf(secret, wanted),
  open: ({ secret, settings: wanted }, over) => session(over, secret, wanted, () => new Date()),
});
