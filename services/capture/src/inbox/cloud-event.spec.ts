import { describe, expect, it } from '@jest/globals';
import { Rejection } from '@throughline/decider';
import { broughtBy, type Said } from './cloud-event.ts';

const data = { source: 'desk', key: 'k' };
const plain = { ce_specversion: '1.0', ce_id: '1', ce_source: '/acme/desk', ce_type: 'Interaction', ce_tenant: 'acme' };
const binary = (headers: Record<string, string | undefined> = {}, value: Buffer | null = bytes(data)): Said => ({
  value,
  headers: Object.fromEntries(Object.entries({ ...plain, ...headers }).filter((one): one is [string, string] => one[1] !== undefined)), // prettier-ignore
});
const event = { specversion: '1.0', id: '1', source: '/acme/desk', type: 'Interaction', tenant: 'acme', data };
const structured = (more: object = {}, type = 'application/cloudevents+json'): Said => ({
  value: bytes({ ...event, ...more }),
  headers: { 'content-type': type },
});
const bytes = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));

const refused = (record: Said) => {
  try {
    broughtBy(record);
  } catch (error) {
    if (error instanceof Rejection) return { code: error.code, detail: error.detail, faults: error.faults };
  }
  throw new Error('it was taken');
};

const brought = { tenant: 'acme', actor: 'inbox:/acme/desk', data };

describe('a record that is a CloudEvent', () => {
  it('in binary mode says for which tenant, who, and what', () => {
    expect(broughtBy(binary())).toEqual(brought);
    expect(broughtBy(binary({ 'content-type': 'application/json; charset=utf-8' }))).toEqual(brought);
    expect(broughtBy(binary({ ce_colour: 'blue', other: 'x' }))).toEqual(brought);
  });
  it('in structured mode says the same', () => {
    expect(broughtBy(structured())).toEqual(brought);
    expect(broughtBy(structured({ colour: 'blue' }, 'application/cloudevents+json; charset=UTF-8'))).toEqual(brought);
    const encoded = bytes(data).toString('base64');
    expect(broughtBy(structured({ data: undefined, data_base64: encoded }))).toEqual(brought);
  });
  it('without a tenant is the default one’s, as over HTTP', () => {
    expect(broughtBy(binary({ ce_tenant: undefined })).tenant).toBe('default');
    expect(broughtBy(structured({ tenant: undefined })).tenant).toBe('default');
  });
  it('may hold anything: what it holds is looked at elsewhere', () => {
    expect(broughtBy(binary({}, bytes(null))).data).toBeNull();
    expect(broughtBy(structured({ data: undefined })).data).toBeUndefined();
  });
});

describe('a record that is none', () => {
  it('is told every attribute that is not as it must be, by the name that its mode has for it', () => {
    expect(refused({ value: bytes(data), headers: {} })).toMatchObject({
      code: 'NotCloudEvent',
      detail: 'ce_specversion is missing, ce_id is missing, ce_type is missing, ce_source is missing.',
    });
    expect(refused(structured({ specversion: '0.3', id: '', tenant: 'A b', type: 7 })).faults).toEqual([
      { pointer: '/specversion', reason: 'can only be 1.0' },
      { pointer: '/id', reason: 'is empty' },
      { pointer: '/type', reason: 'is a number, and must be a text' },
      { pointer: '/tenant', reason: 'is not a name of lower-case letters, digits and hyphens, at most 63' },
    ]);
  });
  it.each([
    ['a source with a line feed', binary({ ce_source: 'a\nb' }), '/ce_source'],
    ['a source of 251 characters', binary({ ce_source: 'x'.repeat(251) }), '/ce_source'],
    ['data of another type', binary({ 'content-type': 'text/plain' }), '/content-type'],
    ['data of another type within', structured({ datacontenttype: 'text/plain' }), '/datacontenttype'],
    ['a batch', structured({}, 'application/cloudevents-batch+json'), '/content-type'],
    ['data that are no text', structured({ data: undefined, data_base64: 7 }), '/data_base64'],
    ['no object', { ...structured(), value: bytes([event]) }, ''],
  ])('has %s', (_, record, pointer) =>
    expect(refused(record)).toMatchObject({ code: 'NotCloudEvent', faults: [{ pointer }] }),
  );
  it.each([
    ['a tombstone', binary({}, null), 'is missing'],
    ['nothing', binary({}, Buffer.alloc(0)), 'is not JSON: Unexpected end of JSON input'],
    ['bytes that are no UTF-8', binary({}, Buffer.from([0x22, 0xff, 0x22])), 'is not UTF-8'],
    ['a prototype', binary({}, Buffer.from('{"__proto__":{}}')), 'has a key __proto__, which is not taken'],
    ['half an event', { ...structured(), value: Buffer.from('{"specversion"') }, expect.stringMatching(/^is not JSON/)],
    ['bytes within that are no JSON', structured({ data: undefined, data_base64: '////' }), 'is not UTF-8'],
  ])('holds %s', (_, record, reason) =>
    expect(refused(record)).toMatchObject({ code: 'MalformedBody', faults: [{ pointer: '', reason }] }),
  );
});
