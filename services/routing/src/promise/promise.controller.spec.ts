import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import type { ListPromisesResponse } from '@throughline/contracts/gen/throughline/routing/v1/promise';
import type { Page } from '@throughline/host';
import { type Served, served } from '../../test/served.ts';
import type { Explanation } from '../matter/explanation.ts';
import type { WholeMatter } from '../matter/listed.query.ts';
import type { Calendar } from './calendar.ts';
import { type ListedPromise, standingAt } from './listed.query.ts';
import type { PromisePolicy } from './policy.ts';

const [ann, bo] = ['email:ann@example.com', 'email:bo@acme.example'];
type Problem = { readonly errors: { readonly pointer: string; readonly reason: string }[] };

describe('promises over HTTP', () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());

  const promisesOf = async (tenant: string, query = ''): Promise<Page<ListedPromise>> => {
    const position = await on.settled();
    const path = `/v1/customers/${on.id(tenant, ann)}/promises?minPosition=${position}${query}`;
    return (await on.ask<Page<ListedPromise>>(tenant, 'GET', path)).body;
  };
  const put = (tenant: string, path: string, body: object, headers = {}) =>
    on.ask<Problem & { readonly position: number; readonly event?: string }>(tenant, 'PUT', path, { body, headers });

  it('lists what a customer was promised, by when, and who has it', async () => {
    await put('lists', '/v1/teams/support', { channels: ['chat'] });
    const { body: agent } = await on.ask<{ id: string }>('lists', 'POST', '/v1/agents', {
      body: { handle: bo, name: 'Bo', teams: ['support'], capacity: 3 },
    });
    await on.ask('lists', 'PUT', `/v1/agents/${agent.id}/presence`, { body: { presence: 'available' } });
    await on.settled();
    await on.say('lists', { from: ann, kind: 'support' });
    const [open, ...others] = (await promisesOf('lists')).items;
    expect(others).toEqual([]);
    expect(open).toMatchObject({
      target: 'first-response', state: 'open', breached: false, kind: 'support', channel: 'chat', within: 'PT4H',
      calendar: 'always', calendarVersion: 0, policyVersion: 0, agent: { name: 'Bo' }, team: 'support',
    }); // prettier-ignore
    expect(Date.parse(open!.dueAt!) - Date.parse(open!.countedFrom)).toBe(4 * 3_600_000);
    await on.say('lists', { from: ann, by: bo });
    await on.say('lists', { from: ann, kind: 'support' });
    const all = await promisesOf('lists', '&state=all&limit=1');
    expect(all.items).toMatchObject([{ target: 'next-response', state: 'open' }]);
    const rest = await promisesOf('lists', `&state=all&limit=1&cursor=${all.nextCursor}`);
    expect(rest).toMatchObject({
      items: [{ id: open!.id, state: 'met', met: { by: expect.any(String) } }],
      nextCursor: null,
    });
    const metadata = new Metadata();
    metadata.set('x-tenant', 'lists');
    const over = await new Promise<ListPromisesResponse>((resolve, reject) =>
      on.client.listPromises({ customerId: on.id('lists', ann), state: 'all' }, metadata, (error, told) =>
        error ? reject(error) : resolve(told),
      ),
    );
    expect(over.items).toMatchObject([
      { target: 'next-response', state: 'open', met: undefined },
      { id: open!.id, state: 'met', met: { by: expect.any(String) }, agent: { name: 'Bo' }, within: 'PT4H' },
    ]);
    const { body: matter } = await on.ask<WholeMatter>('lists', 'GET', `/v1/matters/${open!.matter}`);
    expect(matter.promises.map(({ target, state }) => [target, state])).toEqual([
      ['next-response', 'open'],
      ['first-response', 'met'],
    ]);
    const { body } = await on.ask<Explanation>('lists', 'GET', `/v1/matters/${open!.matter}/explanation`);
    expect(body.steps.map(({ says }) => says)).toContain('A first answer was given in time.');
    expect((await on.ask<Page<unknown>>('another', 'GET', `/v1/matters/${open!.matter}`)).status).toBe(404);
  });

  it('asks as of a moment what was breached by then', async () => {
    await on.say('moments', { from: ann });
    const [open] = (await promisesOf('moments')).items;
    const later = new Date(Date.parse(open!.dueAt!) + 1_000).toISOString();
    expect((await promisesOf('moments', `&asOf=${later}`)).items).toMatchObject([{ state: 'open', breached: true }]);
    expect((await promisesOf('moments', '&asOf=2020-01-01T00:00:00Z')).items).toEqual([]);
  });

  it('lists what is due to all customers, the first that is due first, and what is late by itself', async () => {
    const [eve, tel] = ['email:eve@example.com', 'tel:+14155550100'];
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    await on.say('due', { from: ann });
    await on.say('due', { from: eve, at: ago(5) });
    await on.say('due', { from: tel, at: ago(1) });
    await on.say('due', { from: 'email:answered@example.com' });
    await on.say('due', { from: 'email:answered@example.com', by: bo });
    await on.say('elsewhere', { from: ann, at: ago(5) });
    const position = await on.settled();
    const due = async (query: string) =>
      (await on.ask<Page<ListedPromise>>('due', 'GET', `/v1/promises?minPosition=${position}${query}`)).body;
    const whose = ({ items }: Page<ListedPromise>) => items.map(({ customer }) => customer);
    const [first, second, third] = [eve, tel, ann].map((handle) => on.id('due', handle));
    expect(whose(await due(''))).toEqual([first, second, third]);
    const late = await due('&late=only');
    expect(late.items).toMatchObject([{ customer: first, state: 'open', breached: true }]);
    const page = await due('&limit=2');
    expect(whose(page)).toEqual([first, second]);
    expect(await due(`&limit=2&cursor=${page.nextCursor}`)).toMatchObject({ items: [{ customer: third, breached: false }], nextCursor: null }); // prettier-ignore
    expect((await on.ask('due', 'GET', '/v1/promises?late=never')).status).toBe(400);
  });

  it('waits for the customer when a person says so, until they write', async () => {
    await on.say('waits', { from: ann });
    const [{ matter }] = (await promisesOf('waits')).items as [ListedPromise];
    const wait = () => on.ask<Written>('waits', 'POST', `/v1/matters/${matter}/wait`);
    type Written = { readonly position: number };
    expect((await wait()).status).toBe(200);
    const [paused] = (await promisesOf('waits')).items;
    expect(paused).toMatchObject({
      state: 'paused',
      breached: false,
      paused: { left: expect.stringMatching(/^PT3H59M/) },
    });
    expect(paused).not.toHaveProperty('dueAt');
    await on.say('waits', { from: ann });
    expect((await promisesOf('waits')).items).toMatchObject([{ state: 'open', dueAt: expect.any(String) }]);
    await on.say('waits', { from: ann, by: bo });
    await on.settled();
    expect((await wait()).status).toBe(409);
    expect((await on.ask('waits', 'POST', `/v1/matters/${on.id('waits', bo)}/wait`)).status).toBe(404);
  });

  const office = { zone: 'Europe/Berlin', hours: { monday: [{ from: '09:00', to: '12:00' }, { from: '13:00', to: '18:00' }] } }; // prettier-ignore

  it('keeps calendars in versions, and promises by them', async () => {
    const calendars = async (position: number) =>
      (await on.ask<Page<Calendar>>('offices', 'GET', `/v1/calendars?minPosition=${position}`)).body.items;
    const first = await put('offices', '/v1/calendars/berlin', office);
    expect(first.status).toBe(200);
    expect(await put('offices', '/v1/calendars/berlin', office)).toMatchObject({ body: { event: first.body.event } });
    const policy = { rules: [{ channels: ['chat'], within: 'PT1H', calendar: 'berlin' }] };
    const set = await put('offices', '/v1/policies/promise', policy);
    expect(set.status).toBe(200);
    const { body: now } = await on.ask<PromisePolicy>('offices', 'GET', `/v1/policies/promise?minPosition=${set.body.position}`); // prettier-ignore
    expect(now).toEqual({ version: 1, rules: [{ ...policy.rules[0], automatic: 'ignored' }] });
    await on.say('offices', { from: ann, channel: 'chat' });
    expect((await promisesOf('offices')).items).toMatchObject([
      { calendar: 'berlin', calendarVersion: 1, policyVersion: 1, within: 'PT1H', tzdata: process.versions.tz },
    ]);
    const due = (await promisesOf('offices')).items[0]!.dueAt;
    const changed = await put('offices', '/v1/calendars/berlin', { ...office, holidays: ['2026-12-25'] });
    expect((await calendars(changed.body.position)).map(({ calendar, version }) => [calendar, version])).toEqual([
      ['always', 0],
      ['berlin', 2],
      ['business', 0],
    ]);
    expect((await promisesOf('offices')).items).toMatchObject([{ dueAt: due, calendarVersion: 1 }]);
    expect((await on.ask<Page<Calendar>>('another', 'GET', '/v1/calendars')).body.items).toHaveLength(2);
  });

  it.each([
    ['without a working day', { ...office, hours: {} }, '/hours'],
    ['of no zone', { ...office, zone: 'Berlin' }, '/zone'],
    ['with a day that there is not', { ...office, holidays: ['2026-02-30'] }, '/holidays/0'],
    ['with a time that there is not', { ...office, hours: { monday: [{ from: '9', to: '18:00' }] } }, '/hours/monday/0/from'],
    ['with an eighth day', { ...office, hours: { ...office.hours, someday: [] } }, '/hours/someday'],
  ])('refuse a calendar %s, naming the field', async (_, body, pointer) => {
    const answer = await put('bad', '/v1/calendars/berlin', body);
    expect([answer.status, answer.body.errors.map((one) => one.pointer)]).toEqual([422, [pointer]]);
    expect(answer.body.errors[0]!.reason).toEqual(expect.any(String));
  }); // prettier-ignore

  it.each([
    ['of no calendar', { calendar: 'nowhere' }, '/rules/0/calendar'],
    ['of no duration', { within: '4 hours' }, '/rules/0/within'],
    ['for no channel that there is', { channels: ['pigeon'] }, '/rules/0/channels/0'],
  ])('refuse a rule %s, naming the field', async (_, rule, pointer) => {
    const answer = await put('bad', '/v1/policies/promise', { rules: [{ within: 'PT1H', ...rule }] });
    expect([answer.status, answer.body.errors.map((one) => one.pointer)]).toEqual([422, [pointer]]);
  });
});

describe('whether it is breached', () => {
  const known = { state: 'met', due: '2026-05-04T09:03:00Z', met: '2026-05-04T09:04:00Z', ended: null, paused: null } as const; // prettier-ignore
  it.each([
    ['2026-05-04T09:03:00Z', 'open', false],
    ['2026-05-04T09:03:01Z', 'open', true],
    ['2026-05-04T09:04:00Z', 'met', true],
    ['2026-06-01T00:00:00Z', 'met', true],
  ])('depends on the moment: at %s it is %s, breached %s', (at, state, breached) =>
    expect(standingAt(known, at)).toEqual({ state, breached }),
  );
  it('is settled by an answer in time', () =>
    expect(standingAt({ ...known, met: known.due }, '2026-06-01T00:00:00Z')).toEqual({
      state: 'met',
      breached: false,
    }));
});
