import { type Fault, Rejection } from '@throughline/decider';
import { check, parseJson, tenantName } from '@throughline/host';
import { z } from 'zod';

/** A record of a topic, as far as it says something. */
export type Said = { readonly value: Buffer | null; readonly headers: Readonly<Record<string, string>> };

/** What somebody brings: data that should be an interaction, for which tenant, and who it is. */
export type Brought = { readonly tenant: string; readonly actor: string; readonly data: unknown };

// Printable, for it becomes part of the event's actor.
const source = z.string().regex(/^[\x21-\x7e]{1,250}$/, 'is not 1 to 250 printable ASCII characters');
const tenant = z.string().regex(tenantName, 'is not a name of lower-case letters, digits and hyphens, at most 63');
const json = z.string().regex(/^application\/([\w.-]+\+)?json *(;.*)?$/i, 'is not application/json');

const attributes = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  type: z.string().min(1),
  source,
  tenant: tenant.default('default'),
  datacontenttype: json.optional(),
});

/**
 * Reads a record as a CloudEvent 1.0, in binary or structured mode. Throws Rejections `NotCloudEvent`, which names every
 * attribute that is not as it must be, and `MalformedBody`. What the data is, others know.
 */
export const broughtBy = (record: Said): Brought =>
  /^application\/cloudevents/i.test(record.headers['content-type'] ?? '') ? structured(record) : binary(record);

const binary = ({ headers, value }: Said): Brought => {
  const given = Object.entries(headers).flatMap(([name, text]) =>
    name.startsWith('ce_') ? [[name.slice(3), text]] : [],
  );
  const named = { ...Object.fromEntries(given), datacontenttype: headers['content-type'] };
  const { tenant, source } = attributesOf(named, binaryNames);
  return { tenant, actor: actorOf(source), data: parsed(value) };
};

const structured = ({ headers, value }: Said): Brought => {
  if (!/^application\/cloudevents\+json *(;.*)?$/i.test(headers['content-type'] ?? ''))
    throw notCloudEvent([{ pointer: '/content-type', reason: 'is not application/cloudevents+json' }]);
  const event = z.record(z.string(), z.unknown()).safeParse(parsed(value)).data;
  if (!event) throw notCloudEvent([{ pointer: '', reason: 'is not a JSON object' }]);
  const { tenant, source } = attributesOf(event, (name) => name);
  return { tenant, actor: actorOf(source), data: dataOf(event) };
};

const binaryNames = (name: string): string => (name === 'datacontenttype' ? 'content-type' : `ce_${name}`);

const attributesOf = (given: object, nameOf: (attribute: string) => string): z.infer<typeof attributes> => {
  const checked = check(attributes, given);
  if ('value' in checked) return checked.value;
  throw notCloudEvent(
    checked.faults.map(({ pointer, reason }) => ({ pointer: `/${nameOf(pointer.slice(1))}`, reason })),
  );
};

// Anybody may call themselves anything there: it must not look like a person's name.
const actorOf = (source: string): string => `inbox:${source}`;

const dataOf = (event: Readonly<Record<string, unknown>>): unknown => {
  const { data, data_base64: encoded } = event;
  if (data !== undefined || encoded === undefined) return data;
  if (typeof encoded === 'string') return parsed(Buffer.from(encoded, 'base64'));
  throw notCloudEvent([{ pointer: '/data_base64', reason: 'is not a text' }]);
};

const parsed = (bytes: Buffer | null): unknown => {
  const read = bytes === null ? { reason: 'is missing' } : parseJson(bytes);
  if ('value' in read) return read.value;
  throw new Rejection('MalformedBody', `The value ${read.reason}.`, [{ pointer: '', reason: read.reason }]);
};

const notCloudEvent = (faults: readonly Fault[]): Rejection => {
  const reasons = faults.map(({ pointer, reason }) => `${pointer.slice(1) || 'It'} ${reason}`);
  return new Rejection('NotCloudEvent', `${reasons.join(', ')}.`, faults);
};
