import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, customer, scene, type Scene } from './scene.ts';

const ann = 'email:ann@north.example';
const sam = 'email:sam@acme.example';
const maria = 'email:maria@acme.example';
const days = 24 * 60;

let on: Scene;
let account: string;

/** Mails of one thread. */
const mail = (daysAgo: number, text: string) =>
  on.say({
    source: 'mail',
    channel: 'email',
    conversation: 'thread-1',
    occurredAt: ago(daysAgo * days),
    text,
    participants: [{ ...customer(ann, 'Ann Lee'), account: { key: 'north', name: 'North Ltd' } }],
  });

const owned = (owner: string, name: string) =>
  on.get(`/v1/accounts/${account}/owner`, { json: { owner, name } }).then(on.settled);

beforeAll(async () => {
  on = await scene();
  await on.team('sales', {});
  await on.staff(sam, 'Sam', 'sales');
  await on.staff(maria, 'Maria', 'sales');
  // Somebody of the account was heard of before, so that it is known and has an owner.
  await on.say({
    source: 'mail',
    channel: 'email',
    backfill: true,
    occurredAt: ago(30 * days),
    participants: [{ ...customer('email:bob@north.example'), account: { key: 'north', name: 'North Ltd' } }],
  });
  await on.settled();
  const { items } = await on.get<{ items: { id: string }[] }>('/v1/accounts');
  account = items[0]!.id;
  await owned(sam, 'Sam');
}, 120_000);
afterAll(() => on.close());

describe('a thread whose account changes hands', () => {
  it('is the account’s owner’s', async () => {
    await mail(2, 'Can we have an offer?');
    await on.settled();
    expect((await on.briefOf(ann)).responsible.answer).toMatchObject({ of: 'matter', owner: { name: 'Sam' } });
    expect(await on.matters({ agent: sam })).toHaveLength(1);
  }, 60_000);

  it('goes to the new owner at once, with what was said and done', async () => {
    await owned(maria, 'Maria');
    await on.settled();
    expect((await on.briefOf(ann)).responsible.answer).toMatchObject({ of: 'matter', owner: { name: 'Maria' } });
    const all = await on.timelineOf(ann, { type: 'all' });
    expect(all.find(({ type }) => type === 'handed-on')).toMatchObject({
      matter: { from: { name: 'Sam' }, because: 'owner-changed' },
    });
  }, 60_000);

  it('stays there when it goes on: the last one on the thread has nothing', async () => {
    await mail(0, 'Are you there?');
    await on.settled();
    expect(await on.matters({ agent: maria })).toMatchObject([{ agent: { name: 'Maria' } }]);
    expect(await on.matters({ agent: sam })).toEqual([]);
    expect(await on.matters({ customer: ann })).toHaveLength(1);
  }, 60_000);
});
