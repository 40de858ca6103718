import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factId } from '@throughline/contracts';
import { served, type Served } from '../../test/served.ts';

const hello = {
  source: 'helpdesk',
  key: 'ticket-17/comment-3',
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  conversation: 'ticket-17',
  text: 'It cracked.',
  participants: [
    { role: 'customer', handle: 'email:Ann@Example.com', name: 'Ann Lee' },
    { role: 'agent', handle: 'email:bo@acme.example' },
  ],
};
let nth = 0;
const fresh = (more: object = {}) => ({ ...hello, key: `fresh-${(nth += 1)}`, ...more });

describe('POST /v1/interactions', () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());

  it('captures once, and answers the same again with the first position', async () => {
    const first = await on.ask('/v1/interactions', { json: hello });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      outcome: 'captured',
      id: factId('default', 'helpdesk', hello.key),
      position: expect.any(Number),
    });
    const again = await on.ask('/v1/interactions', { json: { ...hello, occurredAt: '2026-05-04T11:30:00+02:00' } });
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ ...first.body, outcome: 'duplicate' });
  });

  it('keeps what was declared, sealed', async () => {
    const { body } = await on.ask('/v1/interactions', { json: fresh() });
    const event = (await on.events()).find(({ id }) => id === body.id);
    expect(event?.data).toMatchObject({
      text: 'It cracked.',
      author: 0,
      participants: [
        { role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee', account: { key: 'example.com' } },
        { role: 'agent', handle: 'email:bo@acme.example' },
      ],
    });
    const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
    expect(JSON.stringify({ ...stored, position: undefined })).not.toMatch(/cracked|ann|lee|acme|fresh/i);
  });
});
