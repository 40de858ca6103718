import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import { streamOf } from '@throughline/contracts';
import type { SearchResponse } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Customer } from '../customer/customer.ts';
import type { Entry } from '../entry/entry.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
const tenant = 'one';
type Hit = { customer?: Customer; entry: Entry };
type List = { items: Hit[]; nextCursor: string | null };

let on: Served;
beforeAll(async () => {
  on = await served();
  const said = (n: number) => ({
    at: `2026-05-0${n}T00:00:00Z`,
    from: n % 2 ? ann : bo,
    to: [n % 2 ? bo : ann],
    agents: [bo],
    text: `giraffe ${n}`,
    names: { [ann]: 'Ann Lee' },
  });
  await on.say(tenant, ...[1, 2, 3, 4, 5].map(said));
  await on.say('other', said(1));
  const subject = on.vault.handleId(tenant, ann);
  await on.append(tenant, streamOf.handle(subject), [
    event('NoteWritten', { note: subject, subject, text: 'She likes zebras.' }, { occurredAt: '2026-05-09T00:00:00Z' }),
  ]);
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const search = async (query: string, of = tenant): Promise<List> => {
  const { status, body } = await on.get<List>(of, `/v1/search?q=${query}`);
  expect(status).toBe(200);
  return body;
};

describe('search', () => {
  it('answers entries with their customer, newest first', async () => {
    const { items } = await search('giraffes');
    expect(items.map(({ entry }) => entry.text)).toEqual([5, 4, 3, 2, 1].map((n) => `giraffe ${n}`));
    for (const { customer } of items)
      expect(customer).toMatchObject({ id: on.vault.handleId(tenant, ann), name: 'Ann Lee' });
  });

  it('finds notes, by whom they are about', async () =>
    expect((await search('zebra')).items).toMatchObject([{ customer: { name: 'Ann Lee' }, entry: { type: 'note' } }]));

  it('is paged', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const body: List = await search(`giraffe&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ entry }) => entry.text!));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `giraffe ${n}`));
  });

  it('reads what was written at a position', async () => {
    await on.say(tenant, { at: '2026-05-10T00:00:00Z', from: ann, text: 'okapi' });
    expect((await search(`okapi&minPosition=${await on.ledger.head()}`)).items).toHaveLength(1);
  });

  it('finds nothing of another tenant, and nothing by signs alone', async () => {
    expect((await search('giraffe', 'other')).items).toHaveLength(1);
    expect((await search('giraffe', 'third')).items).toEqual([]);
    expect((await search('%3F%3F')).items).toEqual([]);
    expect(await on.get(tenant, '/v1/search')).toMatchObject({ status: 400 });
  });

  it('is the same over gRPC', async () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', tenant);
    const answer = await new Promise<SearchResponse>((resolve, reject) =>
      on.client.search({ q: 'giraffe', limit: 2 }, metadata, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    expect(answer.items.map(({ entry }) => entry?.text)).toEqual(['giraffe 5', 'giraffe 4']);
    expect(answer.nextCursor).toEqual(expect.any(String));
  });
});
