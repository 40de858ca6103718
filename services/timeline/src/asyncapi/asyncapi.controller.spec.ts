import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventSchemas } from '@throughline/contracts';
import { served, type Served } from '../../test/served.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
});
afterAll(() => on.close());

describe('/asyncapi.json', () => {
  it('describes the topics and every event, to anybody', async () => {
    const { status, headers, body } = await on.get('nobody', '/asyncapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toMatchObject({
      asyncapi: '3.0.0',
      channels: { ledger: { address: 'throughline.ledger.v1' }, inbox: { address: 'throughline.inbox.v1' } },
      components: { messages: Object.fromEntries(Object.keys(eventSchemas).map((name) => [name, { title: name }])) },
    });
  });
});
