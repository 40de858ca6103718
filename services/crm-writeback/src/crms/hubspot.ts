import { z } from 'zod';
import { Fault } from '../outbound/fault.ts';
import type { Http } from '../outbound/outbound.ts';
import { asking, orNothing, partsOf } from './asking.ts';
import { type Addressee, type Context, crm, type CrmRecord, type CrmSession, type Finding } from './crm.ts';
import { contextOf, filtersOf, longestText, objectOf } from './hubspot.objects.ts';
import { addressOf, changesOf } from './text.ts';

const api = '/crm/objects/2026-03';
const reference = 'throughline_ref';
const fields = {
  lastContact: 'throughline_last_contact',
  lastMeeting: 'throughline_last_meeting',
  nextStep: 'throughline_next_step',
} as const;
const engagements = ['notes', 'calls', 'emails', 'meetings', 'communications', 'tasks'] as const;

const property = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'is not the internal name of a property');
const settings = z.strictObject({
  tier: property.optional().describe("The contact's property that is its tier."),
  value: property.optional().describe('… that is its value, a number.'),
  renewal: property.optional().describe('… that is when its contract is renewed.'),
  loyaltyLevel: property.optional(),
  loyaltyPoints: property.optional(),
});
type Settings = z.infer<typeof settings>;

const object = z.object({
  id: z.string(),
  new: z.boolean().optional(),
  properties: z.record(z.string(), z.string().nullable()).default({}),
  associations: z.record(z.string(), z.object({ results: z.array(z.object({ id: z.coerce.string() })) })).optional(),
});
const objects = z.object({ results: z.array(object), errors: z.array(z.unknown()).default([]) });
const owner = z.object({
  id: z.string(),
  email: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
});
const owners = z.object({ results: z.array(owner) });

// A property that HubSpot does not know fails every write like it: that is for the connection's keeper.
const explain = (fault: Fault): Fault =>
  fault.kind === 'rejected' && /PROPERTY_DOESNT_EXIST/.test(fault.detail)
    ? new Fault(
        'connection',
        'FieldsMissing',
        'HubSpot lacks the properties of Throughline: a test that prepares makes them.',
      )
    : fault;

const session = (http: Http, wanted: Settings): CrmSession => {
  const ask = asking(http, explain);
  const at = (type: string, id: string): string => `${api}/${type}/${encodeURIComponent(id)}`;

  const upsertContact = async (record: CrmRecord & { is: 'contact' }, id: string) => {
    const path = at('contacts', id);
    const { properties } = await ask(object, {
      method: 'GET',
      path,
      query: { properties: Object.values(fields).join() },
    });
    const shown = Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, properties[of] ?? undefined]));
    const changes = Object.entries(changesOf(record, shown)).map(([name, to]) => [
      fields[name as keyof typeof fields],
      to,
    ]);
    if (changes.length === 0) return { made: 'unchanged' as const };
    await ask(object, { method: 'PATCH', path, body: { properties: Object.fromEntries(changes) }, writes: true });
    return { made: 'updated' as const };
  };

  const upsertObject = async (record: Exclude<CrmRecord, { is: 'contact' }>, { contact, also }: Addressee) => {
    const mail = record.is === 'task' ? addressOf(record.owner) : undefined;
    const by = mail && (await ask(owners, { method: 'GET', path: '/crm/owners/2026-03', query: { email: mail } }));
    const [type, properties] = objectOf(record, by ? by.results[0]?.id : undefined);
    const id = record.reference;
    const input = { id, idProperty: reference, objectWriteTraceId: id, properties: { ...properties, [reference]: id } };
    const path = `${api}/${type}/batch/upsert`;
    const { results, errors } = await ask(objects, { method: 'POST', path, body: { inputs: [input] }, writes: true });
    const made = results[0];
    // Of several inputs some may fail, so failures arrive with a success's status.
    if (!made) throw explain(new Fault('rejected', 'Invalid', JSON.stringify(errors).slice(0, 500)));
    for (const to of [contact, ...also])
      await ask(z.unknown(), {
        method: 'PUT',
        path: `${at(type, made.id)}/associations/default/contacts/${encodeURIComponent(to)}`,
        writes: true,
      });
    return { made: made.new === false ? ('updated' as const) : ('created' as const), remote: `${type}/${made.id}` };
  };

  const personOf = async (id: string | null | undefined): Promise<Context['owner']> => {
    const path = `/crm/owners/2026-03/${encodeURIComponent(id ?? '')}`;
    const person = id ? await orNothing(ask(owner, { method: 'GET', path })) : undefined;
    const name = [person?.firstName, person?.lastName].filter(Boolean).join(' ');
    return person && { ...(person.email && { handle: `email:${person.email.toLowerCase()}` }), ...(name && { name }) };
  };

  return {
    settlesWithinMs: 0,
    test: (prepare) => tested(http, prepare),
    findContact: async (handles) => {
      for (const handle of handles) {
        const [namespace, value] = partsOf(handle);
        if (namespace === 'crm.hubspot') return [value];
        const filterGroups = filtersOf(handle);
        const body = { filterGroups, properties: ['email'], limit: 5 };
        const search = { method: 'POST', path: `${api}/contacts/search`, body } as const;
        const { results } = filterGroups.length > 0 ? await ask(objects, search) : { results: [] };
        if (results.length > 0) return results.map(({ id }) => id);
      }
      return [];
    },
    findByReference: async (record) => {
      if (record.is === 'contact') return undefined;
      const [type] = objectOf(record);
      const path = at(type, record.reference);
      const found = await orNothing(ask(object, { method: 'GET', path, query: { idProperty: reference } }));
      return found && `${type}/${found.id}`;
    },
    upsert: (record, to) => (record.is === 'contact' ? upsertContact(record, to.contact) : upsertObject(record, to)),
    readContext: async (id) => {
      const query = { properties: ['hubspot_owner_id', ...Object.values(wanted)].join(), associations: 'deals' };
      const { properties, associations } = await ask(object, { method: 'GET', path: at('contacts', id), query });
      const inputs = associations?.['deals']?.results.slice(0, 50).map((deal) => ({ id: deal.id })) ?? [];
      const asked = 'dealname dealstage amount closedate deal_currency_code hs_is_closed hs_is_closed_won'.split(' ');
      const read = { method: 'POST', path: `${api}/deals/batch/read`, body: { inputs, properties: asked } } as const;
      const deals = inputs.length > 0 ? (await ask(objects, read)).results : [];
      const known = contextOf(wanted, properties, deals.map((deal) => deal.properties)); // prettier-ignore
      return { owner: await personOf(properties['hubspot_owner_id']), ...known };
    },
  };
};

/** Looks for the properties of ours, and makes those that are missing where it is to prepare. */
const tested = async (http: Http, prepare: boolean): Promise<Finding[]> => {
  const ask = asking(http);
  const ours = [
    ...engagements.map((type) => ({
      type,
      name: reference,
      label: 'Throughline reference',
      kind: 'string',
      unique: true,
    })),
    {
      type: 'contacts',
      name: fields.lastContact,
      label: 'Last contact (Throughline)',
      kind: 'datetime',
      unique: false,
    },
    {
      type: 'contacts',
      name: fields.lastMeeting,
      label: 'Last meeting (Throughline)',
      kind: 'datetime',
      unique: false,
    },
    { type: 'contacts', name: fields.nextStep, label: 'Next step (Throughline)', kind: 'string', unique: false },
  ];
  const findings: Finding[] = [];
  for (const { type, name, label, kind, unique } of ours) {
    const path = `/crm/properties/2026-03/${type}`;
    const known = await orNothing(
      ask(z.object({ hasUniqueValue: z.boolean().default(false) }), { method: 'GET', path: `${path}/${name}` }),
    );
    const what = `${type}.${name}`;
    if (known)
      findings.push({
        what,
        ok: known.hasUniqueValue || !unique,
        ...(unique && !known.hasUniqueValue && { detail: 'Its values are not unique.' }),
      });
    else if (!prepare)
      findings.push({
        what,
        ok: false,
        detail: 'It is missing: test with “prepare” to have it made.',
        canBeMade: true,
      });
    else {
      const fieldType = kind === 'datetime' ? 'date' : 'text';
      const groupName = type === 'contacts' ? 'contactinformation' : `${type.replace(/s$/, '')}_information`;
      const body = { name, label, type: kind, fieldType, groupName, hasUniqueValue: unique };
      await ask(z.unknown(), { method: 'POST', path, body, writes: true });
      findings.push({ what, ok: true, detail: 'It was made.' });
    }
  }
  return findings;
};

/** HubSpot by its public API of March 2026; a private app's token is the secret. */
export const hubspot = crm({
  name: 'hubspot',
  title: 'HubSpot',
  url: 'https://api.hubapi.com',
  can: {
    writes: {
      activity: 'a call, e-mail, meeting, message or note, by channel',
      note: 'a note',
      task: 'a task',
      contact: 'properties of the contact',
    },
    once: 'upsert',
    settlesWithinMs: 0,
    longestText,
    perSecond: 10,
    atOnce: 4,
    tells: ['owner', 'tier', 'value', 'renewal', 'deals', 'purchases', 'loyalty'],
  },
  settings,
  secret: { is: 'the access token of a private app (pat-…)' },
  headers: ({ secret }) => ({ authorization: `Bearer ${secret}` }),
  open: ({ settings: wanted }, http) => session(http, wanted),
});
