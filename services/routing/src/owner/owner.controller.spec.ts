import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import type { AssignOwnerRequest } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { type Served, served } from '../../test/served.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const cy = 'email:cy@acme.example';

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const owned = async (tenant: string, stream: string): Promise<(string | undefined)[]> =>
  (await on.read(tenant, stream)).flatMap(({ type, data }) =>
    type === 'OwnerAssigned' ? ['owner' in data ? data.owner?.handle : undefined] : [],
  );

describe('the owner of a customer', () => {
  it('is assigned, changed and released, each once', async () => {
    const id = await on.customer('one', ann);
    const assign = (owner: string | null) =>
      on.post('one', `/v1/customers/${id}/owner`, { owner, ...(owner && { name: 'Bo' }) });
    const first = await assign(bo);
    expect(first).toMatchObject({ status: 200, body: { event: expect.any(String), position: 2 } });
    expect(await assign('EMAIL:Bo@acme.example')).toEqual(first);
    expect((await assign(cy)).body.position).toBe(3);
    const released = await assign(null);
    expect(released.body.position).toBe(4);
    expect(await assign(null)).toEqual(released);
    expect(await owned('one', streamOf.handle(id))).toEqual([bo, cy, undefined]);
    const [event] = await on.read('one', streamOf.handle(id));
    expect(event).toMatchObject({
      meta: { actor: 'bo' },
      data: { of: 'customer', subject: id, owner: { name: 'Bo' } },
    });
  });

  it('need not be released where there never was one', async () => {
    const id = await on.customer('never', ann);
    expect(await on.post('never', `/v1/customers/${id}/owner`, { owner: null })).toEqual({
      status: 200,
      body: { position: Number(await on.ledger.head()) },
    });
  });

  it('is decided on what was assigned under any of its handles', async () => {
    const tenant = 'linked';
    const [a, b] = [await on.customer(tenant, ann), await on.customer(tenant, tel)];
    const before = await on.post(tenant, `/v1/customers/${b}/owner`, { owner: bo });
    await on.link(tenant, ann, tel);
    expect(await on.post(tenant, `/v1/customers/${a}/owner`, { owner: bo })).toEqual(before);
    expect((await on.post(tenant, `/v1/customers/${b}/owner`, { owner: null })).status).toBe(200);
    expect(await owned(tenant, streamOf.handle(a))).toEqual([undefined]);
    expect(await owned(tenant, streamOf.handle(b))).toEqual([bo]);
  });

  it('is assigned once under one Idempotency-Key, and nothing else under it', async () => {
    const tenant = 'keys';
    const id = await on.customer(tenant, ann);
    const key = { 'idempotency-key': randomUUID() };
    const first = await on.post(tenant, `/v1/customers/${id}/owner`, { owner: bo }, key);
    await on.post(tenant, `/v1/customers/${id}/owner`, { owner: cy });
    expect(await on.post(tenant, `/v1/customers/${id}/owner`, { owner: bo }, key)).toEqual(first);
    expect(await on.post(tenant, `/v1/customers/${id}/owner`, { owner: cy }, key)).toMatchObject({
      status: 409,
      body: { type: '/problems/id-reused' },
    });
    expect(await owned(tenant, streamOf.handle(id))).toEqual([bo, cy]);
  });

  it('survives races: who asks at the same time is stored one after the other', async () => {
    const tenant = 'races';
    const id = await on.customer(tenant, ann);
    const answers = await Promise.all(
      [bo, cy, bo, cy].map((owner) => on.post(tenant, `/v1/customers/${id}/owner`, { owner })),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const all = await owned(tenant, streamOf.handle(id));
    for (const [nth, owner] of all.entries()) expect(owner).not.toBe(all[nth + 1]);
  });

  it('is refused for who is no customer, and where the body is not as it must be', async () => {
    const nobody = on.id('one', 'email:nobody@example.com');
    expect(await on.post('one', `/v1/customers/${nobody}/owner`, { owner: bo })).toMatchObject({ status: 404 });
    const id = await on.customer('one', ann);
    expect(await on.post('other', `/v1/customers/${id}/owner`, { owner: bo })).toMatchObject({ status: 404 });
    for (const [body, pointer] of [
      [{}, '/owner'],
      [{ owner: 'bo' }, '/owner'],
      [{ owner: bo, colour: 'red' }, '/colour'],
    ] as const)
      expect(await on.post('one', `/v1/customers/${id}/owner`, body)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
  });
});

describe('the owner of an account', () => {
  it('is assigned once, and refused where there is no such account', async () => {
    const id = on.vault.accountId('accounts', 'acme');
    const path = `/v1/accounts/${id}/owner`;
    expect(await on.post('accounts', path, { owner: bo })).toMatchObject({ status: 404 });
    on.accounts.add(`accounts ${id}`);
    const first = await on.post('accounts', path, { owner: bo });
    expect(first.status).toBe(200);
    expect(await on.post('accounts', path, { owner: bo })).toEqual(first);
    expect(await on.post('other', path, { owner: bo })).toMatchObject({ status: 404 });
    expect(await owned('accounts', streamOf.account(id))).toEqual([bo]);
  });

  it('is the same over gRPC', async () => {
    const id = on.vault.accountId('accounts', 'grpc');
    on.accounts.add(`accounts ${id}`);
    const metadata = new Metadata();
    metadata.set('x-tenant', 'accounts');
    const ask = (request: AssignOwnerRequest) =>
      new Promise((resolve) =>
        on.client.assignOwner(request, metadata, (error, told) => resolve(error ? error.code : told.position)),
      );
    const first = await ask({ of: { $case: 'accountId', value: id }, owner: bo, name: 'Bo' });
    expect(first).toEqual(await on.ledger.head());
    expect(await ask({ of: { $case: 'accountId', value: id }, owner: bo })).toBe(first);
    expect(await ask({ of: { $case: 'accountId', value: id } })).toBe((first as bigint) + 1n);
    expect(await ask({})).toBe(3);
    expect(await ask({ of: { $case: 'customerId', value: on.id('accounts', ann) }, owner: bo })).toBe(5);
  });
});
