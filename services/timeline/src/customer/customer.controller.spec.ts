import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Customer, WholeCustomer } from './customer.ts';
import { customer, wholeCustomer } from './customer.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
type List = { items: Customer[]; nextCursor: string | null };

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const id = (tenant: string, handle: string): string => on.vault.handleId(tenant, handle);
const party = (tenant: string, handle: string) => ({ id: id(tenant, handle), handle });
const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();
const link = '00000000-0000-8000-8000-00000000000a';

describe('a customer', () => {
  const tenant = 'one';
  beforeAll(async () => {
    await on.say(
      tenant,
      {
        at: at(1),
        from: ann,
        to: [bo],
        agents: [bo],
        names: { [ann]: 'Ann Lee' },
        accounts: { [ann]: 'example.com' },
        text: 'a',
      },
      { at: at(2), from: ann, to: [bo], agents: [bo], text: 'without a name' },
      { at: at(3), from: tel, channel: 'phone', text: 'b' },
    );
    await on.caughtUp();
  });

  it('is shown with handles, names, accounts and owner', async () => {
    const { status, body } = await on.get(tenant, `/v1/customers/${id(tenant, ann)}`);
    expect(status).toBe(200);
    expect(wholeCustomer.safeParse(body).error).toBeUndefined();
    expect(body).toEqual({
      id: id(tenant, ann),
      name: 'Ann Lee',
      handles: [{ ...party(tenant, ann), name: 'Ann Lee' }],
      accounts: [{ id: on.vault.accountId(tenant, 'example.com'), key: 'example.com', name: 'example.com Ltd' }],
      owner: null,
      lastAt: '2026-05-04T00:02:00Z',
      entries: 2,
      links: [],
    });
  });

  it('is found by a handle, however it is written', async () => {
    for (const handle of [ann, 'EMAIL:Ann@Example.com']) {
      const { body } = await on.get<List>(tenant, `/v1/customers?handle=${encodeURIComponent(handle)}`);
      expect(body.items.map((one) => one.id)).toEqual([id(tenant, ann)]);
      expect(customer.safeParse(body.items[0]).error).toBeUndefined();
    }
    const { body } = await on.get<List>(tenant, `/v1/customers?handle=email:nobody@example.com`);
    expect(body).toEqual({ items: [], nextCursor: null });
  });

  it('is refused where there is none, and told why', async () => {
    const unknown = await on.get(tenant, `/v1/customers/${id(tenant, 'email:nobody@example.com')}`);
    expect(unknown).toMatchObject({ status: 404, body: { type: '/problems/customer-unknown' } });
    expect(await on.get(tenant, `/v1/customers/${id(tenant, bo)}`)).toMatchObject({ status: 404 });
    expect(await on.get(tenant, '/v1/customers/nonsense')).toMatchObject({ status: 400 });
    expect(await on.get(tenant, '/v1/customers?handle=nonsense')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/handle' }] },
    });
    expect(await on.get(tenant, '/v1/customers?colour=red')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/colour' }] },
    });
  });

  it('is not there for another tenant', async () => {
    for (const path of ['', '/timeline', '/brief', '/timeline/stream'])
      expect(await on.get('other', `/v1/customers/${id(tenant, ann)}${path}`)).toMatchObject({ status: 404 });
    expect((await on.get<List>('other', '/v1/customers')).body.items).toEqual([]);
    expect((await on.get<List>('other', `/v1/customers?handle=${ann}`)).body.items).toEqual([]);
    expect((await on.get<List>('other', '/v1/customers?q=ann')).body.items).toEqual([]);
    expect(await on.get('other', `/v1/brief?handle=${ann}`)).toMatchObject({ status: 404 });
  });

  it('redirects the ids that are part of it after a link, and no more after its retraction', async () => {
    const before = await on.get(tenant, `/v1/customers/${id(tenant, tel)}`);
    expect(before).toMatchObject({ status: 200 });
    await on.append(tenant, streamOf.handle(id(tenant, ann)), [
      event('HandlesLinked', {
        link,
        // By hand the customer is told by its id alone.
        a: { id: id(tenant, tel) },
        b: party(tenant, ann),
        rule: 'by-hand',
        evidence: [],
        confidence: 1,
      }),
    ]);
    await on.caughtUp();
    for (const path of ['', '/timeline?limit=3&type=all', '/brief', '/timeline/stream?type=all']) {
      const { status, headers } = await on.get(tenant, `/v1/customers/${id(tenant, tel)}${path}`);
      expect(status).toBe(308);
      expect(headers.get('location')).toBe(`/v1/customers/${id(tenant, ann)}${path}`);
    }
    const { body } = await on.get<WholeCustomer>(tenant, `/v1/customers/${id(tenant, ann)}`);
    expect(body.handles.map(({ handle }) => handle)).toEqual([ann, tel]);
    expect(body).toMatchObject({
      entries: 3,
      links: [{ id: link, a: { handle: expect.any(String) }, b: {}, rule: 'by-hand', state: 'active', evidence: [] }],
    });
    await on.append(tenant, streamOf.handle(id(tenant, ann)), [
      event('LinkRetracted', { link, a: id(tenant, ann), b: id(tenant, tel), subject: id(tenant, ann) }),
    ]);
    await on.caughtUp();
    expect(await on.get(tenant, `/v1/customers/${id(tenant, tel)}`)).toMatchObject({
      status: 200,
      body: { ...before.body, links: [{ state: 'retracted' }] },
    });
  });
});

describe('the list of customers', () => {
  const tenant = 'list';
  const handles = Array.from({ length: 23 }, (_, n) => `email:person${n}@company${n % 4}.example`);

  const all = async (query = '', limit = 5): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor && `&cursor=${cursor}`;
      const { body, status }: { body: List; status: number } = await on.get<List>(
        tenant,
        `/v1/customers?limit=${limit}${query}${more}`,
      );
      expect(status).toBe(200);
      found.push(...body.items.map((one) => one.id));
      cursor = body.nextCursor;
    }
    return found;
  };

  beforeAll(async () => {
    const accounts = Object.fromEntries(handles.map((handle) => [handle, handle.split('@')[1]!]));
    await on.say(
      tenant,
      ...handles.map((from, n) => ({ at: at(n), from, accounts, names: { [from]: `Person ${n}` } })),
    );
    // The oldest speaks last, and under another handle that is the same person's.
    await on.say(tenant, { at: at(100), from: tel, channel: 'phone', also: { [tel]: [handles[0]!] } });
    await on.append(tenant, streamOf.handle(id(tenant, handles[3]!)), [
      event('OwnerAssigned', { of: 'customer', subject: id(tenant, handles[3]!), owner: party(tenant, bo) }),
    ]);
    await on.caughtUp();
  });

  it('has everybody once, the last active first, however it is paged', async () => {
    const expected = [handles[0]!, ...handles.slice(1).toReversed()].map((handle) => id(tenant, handle));
    for (const limit of [1, 5, 50]) expect(await all('', limit)).toEqual(expected);
  });

  it('is narrowed by names, by account and to those whom nobody owns', async () => {
    const ids = (...ns: number[]) => ns.map((n) => id(tenant, handles[n]!));
    expect(await all('&q=person22')).toEqual(ids(22));
    expect(await all('&q=Person%20company3')).toEqual(ids(19, 15, 11, 7, 3));
    expect(await all('&q=company3&owner=none')).toEqual(ids(19, 15, 11, 7));
    expect(await all(`&account=${on.vault.accountId(tenant, 'company3.example')}`, 2)).toEqual(ids(19, 15, 11, 7, 3));
    expect(await all('&owner=none', 50)).not.toContain(id(tenant, handles[3]!));
    expect(await all('&owner=none', 50)).toHaveLength(22);
    expect(await all('&q=%2B1415')).toEqual(ids(0));
  });

  it('refuses a cursor under other conditions', async () => {
    const { body } = await on.get<List>(tenant, '/v1/customers?limit=2');
    expect(await on.get(tenant, `/v1/customers?limit=2&owner=none&cursor=${body.nextCursor}`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/cursor' }] },
    });
    expect(await on.get('other', `/v1/customers?limit=2&cursor=${body.nextCursor}`)).toMatchObject({ status: 400 });
  });
});
