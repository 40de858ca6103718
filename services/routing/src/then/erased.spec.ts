import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataOf, type EventName, streamOf } from '@throughline/contracts';
import type { Page } from '@throughline/host';
import { linkId } from '@throughline/identity';
import { type Served, served } from '../../test/served.ts';

const [ann, tel] = ['email:ann@example.com', 'tel:+14155550100'] as const;

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const tell = async <Name extends EventName>(tenant: string, handle: string, type: Name, data: DataOf<Name>) => {
  const event = { id: randomUUID(), type, occurredAt: new Date().toISOString(), data: JSON.stringify(data) };
  const stream = streamOf.handle(on.id(tenant, handle));
  await on.ledger.append([{ tenant, stream, expected: 'any', events: [{ ...event, meta: '{"actor":"spec"}' }] }]);
  await on.settled();
};

/** Two handles that were one customer for a while, and were parted before one of them was erased. Answers when they were one. */
const parted = async (tenant: string, erased: string): Promise<number> => {
  const [a, b] = [ann, tel].map((handle) => on.id(tenant, handle)) as [string, string];
  for (const from of [ann, tel]) await on.say(tenant, { from });
  await on.settled();
  await on.link(tenant, ann, tel);
  const known = await on.settled();
  await tell(tenant, ann, 'LinkRetracted', { link: linkId(tenant, a, b), a, b, subject: a });
  await tell(tenant, erased, 'SubjectErased', { subjects: [on.id(tenant, erased)], keys: [] });
  return known;
};

type Item = { readonly customer: string };

describe.each([
  { tenant: 'older', erased: ann, left: tel },
  { tenant: 'younger', erased: tel, left: ann },
])('the promises of two who were one customer, once the $tenant is erased,', ({ tenant, erased, left }) => {
  let known: number;
  beforeAll(async () => {
    known = await parted(tenant, erased);
  }, 60_000);
  const promises = (handle: string, when = '') =>
    on.ask<Page<Item>>(tenant, 'GET', `/v1/customers/${on.id(tenant, handle)}/promises?state=all${when}`);
  const gone = {
    status: 410,
    body: { code: 'CustomerErased', detail: expect.stringMatching(/^This customer was erased at \d{4}-.*\.$/) },
  };

  it('at an earlier moment are those of the other, by the id that they had then', async () => {
    const when = `&recordedAsOf=${known}`;
    for (const handle of new Set([ann, left])) {
      const { status, body } = await promises(handle, when);
      expect([status, body.items.map(({ customer }) => customer)]).toEqual([200, [on.id(tenant, left)]]);
    }
  });

  it('of the erased one are not told of, but that it is erased, and when', async () => {
    expect(await promises(erased)).toMatchObject(gone);
    if (erased !== ann) expect(await promises(erased, `&recordedAsOf=${known}`)).toMatchObject(gone);
    expect((await promises(left)).body.items).toMatchObject([{ customer: on.id(tenant, left) }]);
  });
});

it('says of one who is erased by rows that are further than a restored ledger that they are, and not when', async () => {
  const tenant = 'restored';
  await on.say(tenant, { from: ann });
  await on.settled();
  await tell(tenant, ann, 'SubjectErased', { subjects: [on.id(tenant, ann)], keys: [] });
  await on.projectorDb.query('update identity.handle set position = position + 1000 where tenant = $1', [tenant]);
  expect(await on.ask(tenant, 'GET', `/v1/customers/${on.id(tenant, ann)}/promises?state=all`)).toMatchObject({
    status: 410,
    body: { code: 'CustomerErased', detail: 'This customer was erased.' },
  });
});
