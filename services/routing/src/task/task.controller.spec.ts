import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { timestampOf } from '@throughline/host';
import { type Served, served } from '../../test/served.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const work = { what: 'Send a courier', owner: bo, due: '2026-05-05T12:00:00+02:00' };

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

describe('a task', () => {
  it('is scheduled and completed once', async () => {
    const customer = await on.customer('one', ann);
    const scheduled = await on.post('one', `/v1/customers/${customer}/tasks`, work);
    expect(scheduled).toMatchObject({
      status: 201,
      body: { id: expect.any(String), event: expect.any(String), position: 2 },
    });
    const id = scheduled.body['id'] as string;
    const completed = await on.post('one', `/v1/tasks/${id}/completion`, { outcome: 'It went out.' });
    expect(completed).toEqual({ status: 200, body: { position: 3 } });
    for (const same of [{ outcome: 'It went out.' }, {}])
      expect(await on.post('one', `/v1/tasks/${id}/completion`, same)).toEqual(completed);
    expect(await on.post('one', `/v1/tasks/${id}/completion`, { outcome: 'Again.' })).toMatchObject({
      status: 409,
      body: {
        type: '/problems/task-done',
        detail: expect.stringContaining('“It went out.”') as unknown,
        errors: [{ pointer: '/outcome' }],
      },
    });
    expect(await on.read('one', streamOf.task(id))).toMatchObject([
      {
        type: 'TaskScheduled',
        data: { task: id, subject: customer, what: work.what, owner: { handle: bo }, due: '2026-05-05T10:00:00Z' },
      },
      { type: 'TaskCompleted', data: { task: id, subject: customer, outcome: 'It went out.' } },
    ]);
  });

  it('is completed once, whoever says it at the same time', async () => {
    const customer = await on.customer('races', ann);
    const { body } = await on.post('races', `/v1/customers/${customer}/tasks`, work);
    const id = body['id'] as string;
    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((outcome) => on.post('races', `/v1/tasks/${id}/completion`, { outcome })),
    );
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    expect(await on.read('races', streamOf.task(id))).toHaveLength(2);
  });

  it('that was done without an outcome is told to have none', async () => {
    const customer = await on.customer('bare', ann);
    const { body } = await on.post('bare', `/v1/customers/${customer}/tasks`, work);
    const path = `/v1/tasks/${body['id'] as string}/completion`;
    const key = { 'idempotency-key': randomUUID() };
    const done = await on.post('bare', path, {}, key);
    expect(await on.post('bare', path, { outcome: 'Sent.' })).toMatchObject({ status: 409 });
    expect(await on.post('bare', path, {}, key)).toEqual(done);
  });

  it('is scheduled once under one Idempotency-Key, and nothing else under it', async () => {
    const customer = await on.customer('keys', ann);
    const path = `/v1/customers/${customer}/tasks`;
    const key = { 'idempotency-key': randomUUID() };
    const first = await on.post('keys', path, work, key);
    expect(await on.post('keys', path, work, key)).toEqual(first);
    await on.post('keys', `/v1/tasks/${first.body['id'] as string}/completion`, {});
    expect(await on.post('keys', path, work, key)).toEqual(first);
    expect(await on.post('keys', path, { ...work, what: 'Something else' }, key)).toMatchObject({ status: 409 });
  });

  it('rests, and is given to somebody else', async () => {
    const customer = await on.customer('moves', ann);
    const { body } = await on.post('moves', `/v1/customers/${customer}/tasks`, work);
    const path = `/v1/tasks/${body['id'] as string}`;
    const until = '2199-01-01T00:00:00Z';
    const key = { 'idempotency-key': randomUUID() };
    const rests = await on.post('moves', `${path}/snooze`, { until }, key);
    expect(rests.status).toBe(200);
    const cy = { owner: 'email:cy@acme.example', name: 'Cy' };
    const given = { status: 200, body: { position: rests.body.position + 1 } };
    expect(await on.post('moves', `${path}/owner`, cy)).toEqual(given);
    expect(await on.post('moves', `${path}/owner`, cy)).toEqual(given);
    expect(await on.post('moves', `${path}/snooze`, { until }, key)).toEqual(rests);
    expect((await on.read('moves', streamOf.task(body['id'] as string))).slice(1)).toMatchObject([
      { type: 'TaskSnoozed', data: { subject: customer, until }, meta: { actor: 'bo' } },
      {
        type: 'TaskHandedOn',
        data: { from: on.id('moves', bo), to: { handle: cy.owner, name: 'Cy' }, because: 'hand' },
      },
    ]);
    await on.post('moves', `${path}/completion`, {});
    for (const [what, asked] of [
      ['snooze', { until }],
      ['owner', { owner: bo }],
    ] as const)
      expect(await on.post('moves', `${path}/${what}`, asked)).toMatchObject({
        status: 409,
        body: { code: 'TaskDone' },
      });
  });

  it('does not rest until what is over, and goes to nobody who left', async () => {
    const customer = await on.customer('left', ann);
    const agent = await on.ask<{ id: string }>('left', 'POST', '/v1/agents', {
      body: { handle: 'email:di@acme.example' },
    });
    await on.ask('left', 'DELETE', `/v1/agents/${agent.body.id}`);
    await on.settled();
    const { body } = await on.post('left', `/v1/customers/${customer}/tasks`, work);
    const path = `/v1/tasks/${body['id'] as string}`;
    expect(await on.post('left', `${path}/snooze`, { until: '2026-05-05T12:00:00Z' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/until', reason: 'is over' }] },
    });
    const gone = { status: 404, body: { code: 'AgentUnknown', errors: [{ pointer: '/owner' }] } };
    const di = 'email:di@acme.example';
    expect(await on.post('left', `${path}/owner`, { owner: di })).toMatchObject(gone);
    expect(await on.post('left', `/v1/customers/${customer}/tasks`, { ...work, owner: di })).toMatchObject(gone);
    expect(await on.post('left', `/v1/tasks/${randomUUID()}/snooze`, { until: '2199-01-01T00:00:00Z' })).toMatchObject({
      status: 404,
    });
  });

  it('is about the customer, whichever of its handles is named', async () => {
    const [a, b] = [await on.customer('linked', ann), await on.customer('linked', tel)];
    await on.link('linked', ann, tel);
    const { body } = await on.post('linked', `/v1/customers/${b}/tasks`, work);
    const [event] = await on.read('linked', streamOf.task(body['id'] as string));
    expect(event).toMatchObject({ data: { subject: a } });
  });

  it('of an unknown customer, and an unknown task, are not found', async () => {
    const nobody = on.id('one', 'email:nobody@example.com');
    expect(await on.post('one', `/v1/customers/${nobody}/tasks`, work)).toMatchObject({
      status: 404,
      body: { type: '/problems/customer-unknown' },
    });
    expect(await on.post('one', `/v1/tasks/${randomUUID()}/completion`, {})).toMatchObject({
      status: 404,
      body: { type: '/problems/task-unknown' },
    });
  });

  it('is not there for another tenant', async () => {
    const customer = await on.customer('mine', ann);
    const { body } = await on.post('mine', `/v1/customers/${customer}/tasks`, work);
    expect(await on.post('yours', `/v1/tasks/${body['id'] as string}/completion`, {})).toMatchObject({ status: 404 });
    expect(await on.post('yours', `/v1/customers/${customer}/tasks`, work)).toMatchObject({ status: 404 });
  });

  it.each([
    ['/what', { owner: bo, due: work.due }],
    ['/owner', { ...work, owner: 'bo' }],
    ['/due', { ...work, due: 'tomorrow' }],
    ['/due', { ...work, due: '99999-01-01T00:00:00Z' }],
    ['/colour', { ...work, colour: 'red' }],
  ])('is refused at %s', async (pointer, body) => {
    const customer = await on.customer('one', ann);
    expect(await on.post('one', `/v1/customers/${customer}/tasks`, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] },
    });
  });

  it('is the same over gRPC', async () => {
    const customer = await on.customer('grpc', ann);
    const metadata = new Metadata();
    metadata.set('x-tenant', 'grpc');
    const request = { customerId: customer, what: work.what, owner: bo, due: timestampOf('2026-05-05T10:00:00Z') };
    const scheduled = await new Promise<{ id: string; position: bigint }>((resolve, reject) =>
      on.client.scheduleTask(request, metadata, (error, told) => (error ? reject(error) : resolve(told))),
    );
    const complete = (id: string) =>
      new Promise((resolve) =>
        on.client.completeTask({ id }, metadata, (error, told) => resolve(error ? error.code : told.position)),
      );
    expect(await complete(scheduled.id)).toBe(scheduled.position + 1n);
    expect(await complete(scheduled.id)).toBe(scheduled.position + 1n);
    expect(await complete(randomUUID())).toBe(5);
  });
});
