import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factId, type InteractionInput } from '@throughline/contracts';
import { asyncProperty, assert, constantFrom, array } from 'fast-check';
import { many, said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';
import { sources } from '../sources.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
});
afterAll(() => on.close());

const post = (json: unknown, headers?: Record<string, string>) => on.ask('/v1/interactions', { json, headers });
const raw = (body: string | Uint8Array, type: string) => on.ask('/v1/interactions', { body, type });

describe('POST /v1/interactions', () => {
  it('captures once, and answers the same again with the first position', async () => {
    const hello = said();
    const first = await post(hello);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      outcome: 'captured',
      id: factId('default', 'desk', hello.key),
      position: expect.any(Number),
    });
    for (const same of [hello, { ...hello, occurredAt: '2026-05-04T11:30:00+02:00' }, { ...hello, backfill: true }]) {
      const again = await post(same);
      expect([again.status, again.body]).toEqual([200, { ...first.body, outcome: 'duplicate' }]);
    }
  });

  it('refuses a key that was used with another content, also in another conversation', async () => {
    const hello = said({ conversation: 'a' });
    await post(hello);
    for (const other of [
      { ...hello, text: 'It did not.' },
      { ...hello, conversation: 'b' },
    ]) {
      const { status, body, headers } = await post(other);
      expect([status, body.code]).toEqual([409, 'IdReused']);
      expect(body.errors).toEqual([{ pointer: '/key', reason: 'was used before, with another content' }]);
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('keeps what was declared, and shows nothing of it outside its seal', async () => {
    const { body } = await post(said({ details: { deep: [{ er: 'cracked' }] }, subject: 'Cracked' }));
    const event = (await on.events()).find(({ id }) => id === body.id);
    expect(event?.data).toMatchObject({
      text: 'It cracked.',
      details: { deep: [{ er: 'cracked' }] },
      participants: [{ handle: 'email:ann@example.com', account: { key: 'example.com' } }, { role: 'agent' }],
    });
    const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
    expect(stored!.data).not.toMatch(/cracked|ann@|Ann Lee|acme\.example|said-/i);
  });

  it('takes HTML and scripts for the text that they are', async () => {
    const text = '<script>alert(1)</script><b>bold</b>';
    const { body } = await post(said({ text }));
    expect((await on.events()).find(({ id }) => id === body.id)?.data).toMatchObject({ text });
  });

  it.each([
    ['an unknown channel', { channel: 'fax' }, '/channel'],
    ['the year 99999', { occurredAt: '99999-01-01T00:00:00Z' }, '/occurredAt'],
    ['30 February', { occurredAt: '2026-02-30T00:00:00Z' }, '/occurredAt'],
    ['2 MiB of text', { text: 'x'.repeat(2 * 1_048_576) }, '/text'],
    ['a lone surrogate', { text: 'a\ud800b' }, '/text'],
    ['U+0000', { text: 'a\0b' }, '/text'],
    ['U+0000 in a subject', { subject: 'a\0b' }, '/subject'],
    ['a control character in a key', { key: 'a\u001eb' }, '/key'],
    ['a key that is too long', { key: 'x'.repeat(513) }, '/key'],
    ['an unknown field', { chanel: 'chat' }, '/chanel'],
    ['nobody in it', { participants: [] }, '/participants'],
    ['1 001 participants', { participants: Array.from({ length: 1_001 }, (_, at) => ({ role: 'other', handle: `app:${at}` })) }, '/participants'], // prettier-ignore
    ['a handle without a namespace', { participants: [{ role: 'customer', handle: 'ann' }] }, '/participants/0/handle'],
    ['a handle in a wrong namespace', { participants: [{ role: 'customer', handle: 'phone:+442079460958' }] }, '/participants/0/handle'], // prettier-ignore
    ['a number that cannot be dialled', { participants: [{ role: 'customer', handle: 'tel:+1' }] }, '/participants/0/handle'], // prettier-ignore
    ['details nested without end', { details: JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500)) }, '/details'],
  ] as [string, object, string][])('refuses %s by name', async (_, wrong, pointer) => {
    const { status, body } = await post({ ...said(), ...wrong });
    expect(status).toBe(422);
    expect(body.errors[0]).toEqual({ pointer, reason: expect.any(String) });
  });

  it('refuses an interaction that is too large altogether', async () => {
    const { status, body } = await post(said({ details: { all: 'x'.repeat(9 * 1_048_576) } }));
    expect([status, body.code]).toEqual([413, 'TooLarge']);
  });

  it.each([
    ['invalid JSON', '{"source": ', 'application/json', 400],
    ['an empty body', '', 'application/json', 422],
    ['null', 'null', 'application/json', 422],
    ['a list', '[]', 'application/json', 422],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400],
    ['another type', 'a=b', 'application/x-www-form-urlencoded', 415],
  ])('refuses %s', async (_, body, type, status) => {
    const answer = await raw(body, type);
    expect([answer.status, answer.body.status]).toEqual([status, status]);
  });

  it('refuses a tenant that there is not', async () => {
    const { status, body } = await post(said(), { 'x-tenant': 'nobody' });
    expect([status, body.code]).toEqual([404, 'TenantUnknown']);
  });

  it('stores the same fact once, however many bring it at once', async () => {
    const hello = said();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(hello)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.position)).size).toBe(1);
    expect((await on.events()).filter(({ id }) => id === answers[0]!.body.id)).toHaveLength(1);
  });

  it('stores each fact once whatever is repeated, in whatever order and batch', async () => {
    const facts = many(6);
    await assert(
      asyncProperty(array(array(constantFrom(...facts), { maxLength: 8 }), { maxLength: 6 }), async (batches) => {
        const answers = await Promise.all(batches.map((json) => on.ask('/v1/interactions:batch', { json })));
        const positions = new Map<string, Set<number>>();
        for (const { body } of answers)
          for (const { id, position } of body.results)
            positions.set(id, (positions.get(id) ?? new Set()).add(position));
        expect([...positions.values()].every(({ size }) => size === 1)).toBe(true);
      }),
      { numRuns: 15 },
    );
    const ids = new Set(facts.map(({ source, key }) => factId('default', source, key)));
    const stored = (await on.events()).filter(({ id }) => ids.has(id));
    expect(stored.length).toBe(new Set(stored.map(({ id }) => id)).size);
  });
});

describe('POST /v1/interactions:batch', () => {
  const batch = (json: unknown) => on.ask('/v1/interactions:batch', { json });

  it('answers each item in its order; a bad one harms no other', async () => {
    const known = said();
    await post(known);
    const items = [said(), { ...said(), channel: 'fax' }, known, { ...known, text: 'other' }, 7, said()];
    const { status, body } = await batch(items);
    expect(status).toBe(200);
    expect(body.counts).toEqual({ captured: 2, duplicate: 1, rejected: 3 });
    expect(body.results.map(({ index, outcome }: { index: number; outcome: string }) => [index, outcome])).toEqual([
      [0, 'captured'],
      [1, 'rejected'],
      [2, 'duplicate'],
      [3, 'rejected'],
      [4, 'rejected'],
      [5, 'captured'],
    ]);
    expect(body.results[1]!.problem).toMatchObject({
      status: 422,
      code: 'InvalidBody',
      errors: [{ pointer: '/channel', reason: expect.any(String) }],
    });
    expect(body.results[3]!.problem).toMatchObject({ status: 409, code: 'IdReused' });
    expect(body.results[5]!.position).toBeGreaterThan(body.results[0]!.position);
  });

  it('refuses what is of the far future, and takes it once its year is mended', async () => {
    const wrong = said({ occurredAt: '2099-05-04T09:30:00Z' });
    const { status, body } = await post(wrong);
    expect([status, body]).toMatchObject([422, { code: 'InvalidBody', errors: [{ pointer: '/occurredAt', reason: expect.stringContaining('more than a day after now') }] }]); // prettier-ignore
    expect((await batch([wrong, said()])).body.counts).toEqual({ captured: 1, duplicate: 0, rejected: 1 });
    expect((await post({ ...wrong, occurredAt: '2026-05-04T09:30:00Z' })).status).toBe(201);
  });

  it('knows what it took, also by a clock that is behind the one that took it', async () => {
    const clock = on.app.get<{ now: () => Date }>(sources, { strict: false });
    const { now } = clock;
    const fact = said({ occurredAt: '2099-05-04T09:30:00Z' });
    clock.now = () => new Date('2099-05-04T09:30:00Z');
    const first = await post(fact).finally(() => (clock.now = now));
    expect(await post(fact)).toMatchObject({ status: 200, body: { ...first.body, outcome: 'duplicate' } });
    expect(await post({ ...fact, text: 'Another.' })).toMatchObject({ status: 409, body: { code: 'IdReused' } });
  });

  it('captures one of two that are the same in it', async () => {
    const twice = said();
    const { body } = await batch([twice, twice]);
    expect(body.counts).toEqual({ captured: 1, duplicate: 1, rejected: 0 });
  });

  it('takes lines, and tells of one that is no JSON', async () => {
    const ndjson = [JSON.stringify(said()), '{"source":', '', JSON.stringify(said())].join('\n');
    const { body } = await on.ask('/v1/interactions:batch', { body: ndjson, type: 'application/x-ndjson' });
    expect(body.counts).toEqual({ captured: 2, duplicate: 0, rejected: 1 });
    expect(body.results[1]!.problem).toMatchObject({ status: 400, code: 'MalformedBody' });
  });

  it('keeps the order of thousands', async () => {
    const items = many(3_000, { conversation: 'long' });
    const { body } = await batch(items);
    expect(body.counts.captured).toBe(3_000);
    const positions = body.results.map(({ position }: { position: number }) => position);
    expect(positions).toEqual([...positions].toSorted((a, b) => a - b));
  });

  it.each([
    ['10 001 items', () => JSON.stringify(Array.from({ length: 10_001 }, () => 1)), 'application/json'],
    ['10 001 lines', () => '1\n'.repeat(10_001), 'application/x-ndjson'],
    ['no list', () => '{}', 'application/json'],
    ['nothing', () => '', 'application/json'],
  ])('refuses %s', async (_, body, type) => {
    const answer = await on.ask('/v1/interactions:batch', { body: body(), type });
    expect([answer.status, answer.body.errors]).toEqual([422, [{ pointer: '', reason: expect.any(String) }]]);
  });

  it('answers an empty list with nothing', async () =>
    expect((await batch([])).body).toEqual({ counts: { captured: 0, duplicate: 0, rejected: 0 }, results: [] }));
});

describe('a tenant', () => {
  it('has its own facts: the same source and key in two are two', async () => {
    await on.ask('/v1/tenants', { json: { name: 'other' } });
    const hello: InteractionInput = said();
    const [here, there] = [await post(hello), await post({ ...hello, text: 'Mine.' }, { 'x-tenant': 'other' })];
    expect([here.status, there.status]).toEqual([201, 201]);
    expect(here.body.id).not.toBe(there.body.id);
    expect((await on.events('other')).map(({ id }) => id)).toEqual([there.body.id]);
  });
});
