import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { linkId } from '@throughline/identity';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';

const [ann, tel, bo] = ['email:ann@example.com', 'tel:+14155550100', 'email:bo@acme.example'] as const;

type Entries = { readonly items: readonly { readonly text?: string }[] };

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

/** Two handles that were one customer for a while, and were parted before one of them was erased. Answers when that was. */
const parted = async (tenant: string, erased: string): Promise<bigint> => {
  const idOf = (handle: string) => on.vault.handleId(tenant, handle);
  const party = (handle: string) => ({ id: idOf(handle), handle });
  const said = { to: [bo], agents: [bo] };
  await on.say(
    tenant,
    { ...said, at: '2026-05-04T09:00:00Z', from: ann, text: 'written by Ann', names: { [ann]: 'Ann' } },
    { ...said, at: '2026-05-04T09:10:00Z', from: tel, text: 'said on the phone', names: { [tel]: 'Tess' } },
  );
  const [a, b] = [ann, tel];
  const link = linkId(tenant, idOf(a), idOf(b));
  const linked = { link, a: party(a), b: party(b), rule: 'by-hand' as const, evidence: [], confidence: 1 };
  await on.append(tenant, streamOf.handle(idOf(a)), [event('HandlesLinked', linked)]);
  const known = await on.ledger.head();
  const retracted = { link, a: idOf(a), b: idOf(b), subject: idOf(a) };
  await on.append(tenant, streamOf.handle(idOf(a)), [event('LinkRetracted', retracted)]);
  await on.caughtUp();
  const before = await on.get<Entries>(tenant, `/v1/customers/${idOf(ann)}/timeline?recordedAsOf=${known}`);
  expect(before.body.items).toHaveLength(2);
  await on.append(tenant, streamOf.handle(idOf(erased)), [event('SubjectErased', { subjects: [idOf(erased)], keys: [] })]); // prettier-ignore
  await on.caughtUp();
  return known;
};

const older = { tenant: 'older', erased: ann, left: tel, name: 'Tess', words: 'said on the phone', by: [ann, tel] };
const younger = { tenant: 'younger', erased: tel, left: ann, name: 'Ann', words: 'written by Ann', by: [ann] };

describe.each([older, younger])('of two who were one customer, once the $tenant is erased,', (one) => {
  const { tenant, erased, left, name, words, by } = one;
  let when: string;
  beforeAll(async () => {
    when = `recordedAsOf=${await parted(tenant, erased)}`;
  }, 60_000);
  const idOf = (handle: string) => on.vault.handleId(tenant, handle);
  const get = async <Body>(path: string) => {
    const { status, headers, body } = await on.get<Body>(tenant, path);
    return status === 308 ? on.get<Body>(tenant, headers.get('location')!) : { status, body };
  };

  it.each(by)(
    'an earlier moment shows the other alone, by the id that they had then, asked for by %s',
    async (handle) => {
      const of = `/v1/customers/${idOf(handle)}`;
      const customer = await get(`${of}?${when}`);
      const handles = [{ id: idOf(left), handle: left, name }];
      expect(customer.body).toMatchObject({ id: idOf(ann), name, handles, entries: 1, links: [] });
      const timeline = await get<Entries>(`${of}/timeline?${when}`);
      expect(timeline.body.items.map(({ text }) => text)).toEqual([words]);
      const brief = await get(`${of}/brief?${when}`);
      expect(brief.body).toMatchObject({ happened: { answer: { interactions: 1 } } });
      expect(JSON.stringify([customer, timeline, brief])).not.toContain(erased);
    },
  );

  it('now is as if they had never been one', async () => {
    const gone = { handles: [], erasedAt: expect.any(String) };
    expect((await get(`/v1/customers/${idOf(erased)}`)).body).toMatchObject(gone);
    expect((await get(`/v1/customers/${idOf(left)}`)).body).toMatchObject({
      id: idOf(left),
      handles: [{ handle: left }],
    });
  });
});

it('whoever was erased, and was not who gave the customer its id, is erased at an earlier moment as well', async () => {
  const id = on.vault.handleId('third', tel);
  const known = await parted('third', tel);
  const { body } = await on.get('third', `/v1/customers/${id}?recordedAsOf=${known}`);
  expect(body).toMatchObject({ id, handles: [], erasedAt: expect.any(String) });
});
