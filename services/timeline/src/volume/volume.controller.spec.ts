import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, served } from '../../test/served.ts';
import { beginOf, type Overview, overview } from './volume.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const tenant = 'one';

let on: Served;
beforeAll(async () => {
  on = await served({ now: () => new Date('2026-05-20T12:00:00Z') });
  const agents = [bo];
  await on.say(
    tenant,
    { at: '2026-05-04T09:00:00Z', from: ann, to: [bo, tel], agents, also: { [ann]: [tel] } },
    { at: '2026-05-04T23:59:59Z', from: bo, to: [ann], agents },
    { at: '2026-05-05T00:00:00Z', from: tel, channel: 'phone' },
    { at: '2026-05-12T00:00:00Z', from: 'email:cy@example.com', channel: 'chat' },
  );
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const look = async (query: string, of = tenant): Promise<Overview> => {
  const { status, body } = await on.get<Overview>(of, `/v1/overview${query}`);
  expect(status).toBe(200);
  expect(overview.safeParse(body).error).toBeUndefined();
  return body;
};

describe('the overview', () => {
  it('counts interactions by day and channel', async () =>
    expect(await look('')).toEqual({
      from: '2026-05-04T00:00:00Z',
      to: '2026-05-20T12:00:00.000Z',
      bucket: 'day',
      channels: ['email', 'chat', 'phone'],
      rows: [
        { at: '2026-05-04', counts: { email: 2 } },
        { at: '2026-05-05', counts: { phone: 1 } },
        { at: '2026-05-12', counts: { chat: 1 } },
      ],
      totals: { interactions: 4, customers: 2, inbound: 3, outbound: 1, internal: 0 },
    }));

  it('puts days together', async () => {
    expect((await look('?bucket=week')).rows).toEqual([
      { at: '2026-05-04', counts: { email: 2, phone: 1 } },
      { at: '2026-05-11', counts: { chat: 1 } },
    ]);
    expect((await look('?bucket=month')).rows).toEqual([{ at: '2026-05-01', counts: { email: 2, phone: 1, chat: 1 } }]);
  });

  it('is of a stretch of days', async () =>
    expect((await look('?from=2026-05-05T00:00:00Z&to=2026-05-11T00:00:00Z')).totals.interactions).toBe(1));

  it('is of one customer, each interaction counted once', async () => {
    const { rows, totals } = await look(`?customer=${ann}`);
    expect(rows).toEqual([
      { at: '2026-05-04', counts: { email: 2 } },
      { at: '2026-05-05', counts: { phone: 1 } },
    ]);
    expect(totals).toEqual({ interactions: 3, inbound: 2, outbound: 1, internal: 0 });
  });

  it('shows nothing to another tenant', async () => {
    expect((await look('', 'other')).totals).toMatchObject({ interactions: 0, customers: 0 });
    expect(await on.get('other', `/v1/overview?customer=${on.vault.handleId(tenant, ann)}`)).toMatchObject({
      status: 404,
    });
  });
});

describe('a week', () => {
  it.each([
    ['2026-05-04', '2026-05-04'],
    ['2026-05-10', '2026-05-04'],
    ['2026-03-01', '2026-02-23'],
    ['2027-01-01', '2026-12-28'],
  ])('of %s begins on the Monday %s', (day, monday) => expect(beginOf(day, 'week')).toBe(monday));
});
