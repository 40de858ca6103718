import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { fakeEndpoint, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

describe('deliveries over HTTP', () => {
  let on: OnGround;
  let connection: string;
  const crm = fakeEndpoint();

  beforeAll(async () => {
    await crm.fake.start();
    crm.contacts.push({ id: '100', mail: 'ann@example.com' });
    on = await ground();
    connection = await on.connect({
      crm: 'http',
      url: crm.fake.url,
      secret: signingKey,
      settings: { ...crm.settings, page: 'https://crm.example/{{record.is}}/{{remote}}' },
    });
    await on.say({ by: 'email:ann@example.com', text: 'Hi', conversation: 'ann' });
    await on.end('ann');
    await on.say({ by: 'email:nobody@example.com', text: 'Hi', conversation: 'nobody' });
    await on.end('nobody');
    await on.settled();
  });
  afterAll(async () => {
    await on.close();
    await crm.fake.stop();
  });

  it('are listed newest first, page by page', async () => {
    const first = await on.ask('/v1/deliveries?limit=3');
    const second = await on.ask(`/v1/deliveries?limit=3&cursor=${first.body.nextCursor}`);
    const all = [...first.body.items, ...second.body.items];
    expect(all.map(({ record, state }) => `${record} ${state}`)).toEqual([
      'contact parked',
      'activity parked',
      'contact confirmed',
      'activity confirmed',
    ]);
    expect(second.body.nextCursor).toBeNull();
    expect(first.body.items[0]).not.toHaveProperty('position');
    expect(first.body.items[0]).toMatchObject({ connection, connectionName: 'crm' });
  });

  it.each([
    ['state=parked', 2],
    ['state=aside', 2],
    ['state=confirmed', 2],
    ['state=open', 0],
  ])('are found by %s', async (query, count) =>
    expect((await on.ask(`/v1/deliveries?${query}`)).body.items).toHaveLength(count),
  );

  it('are found by connection and by customer', async () => {
    expect((await on.ask(`/v1/deliveries?connection=${connection}`)).body.items).toHaveLength(4);
    expect((await on.ask(`/v1/deliveries?connection=${randomUUID()}`)).body.items).toHaveLength(0);
    expect((await on.ask(`/v1/deliveries?customer=${on.idOf('email:ann@example.com')}`)).body.items).toHaveLength(2);
  });

  it('are shown one by one, with the id in the CRM and the reason', async () => {
    const [parked] = (await on.ask('/v1/deliveries?state=parked&limit=1')).body.items;
    const { body } = await on.ask(`/v1/deliveries/${parked!.id}`);
    expect(body).toMatchObject({
      state: 'parked',
      reason: 'ContactMissing',
      detail: expect.stringContaining('no contact'),
    });
    const [confirmed] = (await on.ask('/v1/deliveries?state=confirmed&limit=1')).body.items;
    expect(confirmed).toMatchObject({
      made: 'created',
      remote: '2',
      page: expect.stringMatching(/^https:\/\/crm\.example\/\w+\/2$/),
    });
    expect(confirmed).not.toHaveProperty('settings');
  });

  it('are dropped, and then neither retried nor dropped for another reason', async () => {
    const [parked] = (await on.ask('/v1/deliveries?state=parked&limit=1')).body.items;
    const drop = () => on.ask(`/v1/deliveries/${parked!.id}`, { method: 'DELETE' });
    expect((await drop()).body).toMatchObject({ state: 'dropped' });
    expect(await drop()).toMatchObject({ status: 200 });
    expect(await on.ask(`/v1/deliveries/${parked!.id}/retry`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'DeliverySettled' },
    });
  });

  it('are not dropped once the CRM has them', async () => {
    const [confirmed] = (await on.ask('/v1/deliveries?state=confirmed&limit=1')).body.items;
    expect(await on.ask(`/v1/deliveries/${confirmed!.id}`, { method: 'DELETE' })).toMatchObject({ status: 409 });
  });

  it('are unknown to nobody’s id, and to another tenant', async () => {
    const [one] = (await on.ask('/v1/deliveries?limit=1')).body.items;
    for (const [id, tenant] of [[randomUUID(), 'default'], [one!.id, 'other']] as const) {
      expect((await on.ask(`/v1/deliveries/${id}`, { tenant })).status).toBe(404);
      expect(await on.ask(`/v1/deliveries/${id}/retry`, { method: 'POST', tenant })).toMatchObject({ status: 404, body: { code: 'DeliveryUnknown' } });
      expect((await on.ask(`/v1/deliveries/${id}`, { method: 'DELETE', tenant })).status).toBe(404);
    }
    expect((await on.ask('/v1/deliveries', { tenant: 'other' })).body.items).toEqual([]);
  }); // prettier-ignore
});
