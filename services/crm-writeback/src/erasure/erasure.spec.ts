import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { beside } from '@throughline/service';
import { eventually, Fake, fakeEndpoint, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const [ann, bob] = ['email:ann@example.com', 'email:bob@example.com'] as const;

let on: OnGround;
let crm: ReturnType<typeof fakeEndpoint>;
let connection: string;
beforeEach(async () => {
  crm = fakeEndpoint();
  await crm.fake.start();
  crm.contacts.push({ id: '100', mail: 'ann@example.com' }, { id: '200', mail: 'bob@example.com' });
  on = await ground();
  connection = await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
});
afterEach(async () => {
  await on.close();
  await crm.fake.stop();
});

const turned = (how: 'pause' | 'resume') => on.ask(`/v1/connections/${connection}/${how}`, { method: 'POST' });
const talk = async (by: string, conversation: string) => {
  await on.say({ by, text: 'Hi! The screen is broken.', conversation });
  await on.end(conversation);
};
const erase = async (handle: string) => {
  const id = on.idOf(handle);
  const data = { subjects: [id], keys: [], customer: id };
  await on.append('default', streamOf.handle(id), 'SubjectErased', data, '2026-05-05T09:30:00Z');
  await on.keys.erase('default', [id], await on.keys.ownedBy('default', id));
  return id;
};
const rows = async (table: string, whose: string, id: string): Promise<number> =>
  (await on.projectorDb.query(`select from writeback.${table} where ${whose} = $1`, [id])).rowCount ?? 0;
const ofThem = async (id: string) => (await on.deliveries()).filter(({ customer }) => customer === id);

it('takes with it what was still to be written, and what a CRM knows them by; nothing of theirs is tried again', async () => {
  await talk(ann, 'written');
  await on.settled();
  expect(await rows('contact', 'handle', on.idOf(ann))).toBe(1);
  // Nobody with this number is known there: it is put aside, with what the CRM said.
  await talk('tel:+14155550100', 'aside');
  expect((await on.settled()).map(({ state }) => state)).toEqual(expect.arrayContaining(['confirmed', 'parked']));
  await turned('pause');
  await talk(ann, 'waiting');
  await on.note(ann, { text: 'Likes tea.', nextStep: { what: 'Send tea.' } });
  await talk(bob, 'his');
  await on.planned();
  const asked = crm.fake.asked.length;

  const [id, other] = [await erase(ann), await erase('tel:+14155550100')];
  await on.planned();
  const left = (await ofThem(id)).filter(({ state }) => state !== 'confirmed');
  expect(left.length).toBeGreaterThan(3);
  for (const delivery of [...left, ...(await ofThem(other))])
    expect(delivery).toMatchObject({ state: 'dropped', reason: 'SubjectErased' });
  for (const gone of [id, other]) {
    expect(await rows('person', 'handle', gone)).toBe(0);
    expect(await rows('contact', 'handle', gone)).toBe(0);
    expect(await rows('delivery', 'detail is not null and subject', gone)).toBe(0);
  }
  // What ends afterwards is about nobody.
  const planned = (await on.events('DeliveryPlanned')).length;
  await on.end('waiting', 2, { at: '2026-05-05T10:00:00Z' });
  await on.planned();
  expect(await on.events('DeliveryPlanned')).toHaveLength(planned);
  for (const { id: delivery } of left)
    expect((await on.ask(`/v1/deliveries/${delivery}/retry`, { method: 'POST' })).body.code).toBe('DeliverySettled');
  await turned('resume');
  await on.settled();
  expect((await ofThem(on.idOf(bob))).every(({ state }) => state === 'confirmed')).toBe(true);
  expect(JSON.stringify(crm.fake.asked.slice(asked))).not.toMatch(/ann@example|4155550100/);
}, 60_000);

it('is found done by who hears all anew, and leaves room for who comes next', async () => {
  await turned('pause');
  await talk(ann, 'before');
  await on.planned();
  await erase(ann);
  await on.planned();
  const head = await on.ledger.head();
  for (const table of ['delivery', 'person', 'erased']) await on.projectorDb.query(`delete from writeback.${table}`);
  await on.projectorDb.query(
    `update read_model.checkpoint set position = 0, turn = turn + 1 where projection like 'writeback%'`,
  );
  await on.more();
  await eventually(async () => {
    await on.planned();
    expect((await on.deliveries()).map(({ state }) => state)).toEqual(['dropped', 'dropped']);
  });
  expect(await on.ledger.head()).toBe(head);
  await turned('resume');
  await talk(ann, 'after');
  await on.settled();
  expect((await ofThem(on.idOf(ann))).map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
}, 60_000);

it('is known to leave with a webhook, which answers no id, what was written to it, each record once', async () => {
  const webhook = new Fake({ writes: () => true, answer: () => ({ status: 202, body: '' }) });
  await webhook.start();
  const hook = await on.connect({ name: 'hook', crm: 'http', url: webhook.url, secret: signingKey });
  await talk(ann, 'told');
  await on.note(ann, { text: 'Likes tea.' });
  await on.settled();
  await on.end('told', 2, { at: '2026-05-05T10:00:00Z' });
  const settled = await on.settled();
  expect(settled.filter(({ remote, state }) => state === 'confirmed' && remote === undefined).length).toBeGreaterThan(
    1,
  );
  const recordsOf = (handle: string) => beside(on.db).recordsOf('default', [on.idOf(handle)]);
  const told = await recordsOf(ann);
  expect(told.get(connection)).toBeGreaterThan(1);
  expect(told.get(hook)).toBe(told.get(connection));
  await talk('tel:+14155550100', 'aside');
  await on.settled();
  expect(await recordsOf('tel:+14155550100')).toEqual(new Map([[hook, expect.any(Number)]]));
  await webhook.stop();
}, 60_000);
