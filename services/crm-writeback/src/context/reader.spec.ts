import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const ann = 'email:ann@example.com';

describe('what a CRM knows', () => {
  let on: OnGround;
  const crm = fakeEndpoint();
  const told = async (count: number) =>
    eventually(async () => {
      const events = await on.events('CrmContextRead');
      expect(events).toHaveLength(count);
      return events.map(({ data }) => data);
    });
  const asked = () => crm.fake.asked.filter(({ path }) => /^\/contacts\/\d+$/.test(path)).length;

  beforeEach(async () => {
    crm.contacts.length = 0;
    crm.fake.asked.length = 0;
    await crm.fake.start();
    crm.contacts.push({
      id: '100',
      mail: 'ann@example.com',
      fields: { owner: { mail: 'Bo@acme.example', name: 'Bo' }, tier: 'gold', value: 12_000 },
    });
    on = await ground({ freshForMs: 60_000 });
    await on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
  });

  it('is read as soon as the customer is heard of, once while it is fresh', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    const [known] = await told(1);
    expect(known).toMatchObject({
      subject: on.idOf(ann),
      found: 'one',
      contact: '100',
      tier: 'gold',
      owner: { id: on.idOf('email:bo@acme.example'), handle: 'email:Bo@acme.example'.toLowerCase(), name: 'Bo' },
      value: { amount: 12_000 },
    });
    await on.say({ by: ann, text: 'Are you there?', conversation: 'c1' });
    await on.say({ by: ann, text: 'Hello?', conversation: 'c2' });
    await on.planned();
    await on.say({ by: 'email:new@example.com', text: 'Hi', conversation: 'c3' });
    await told(2);
    expect(asked()).toBe(1);
  });

  it('is that there is no contact, or more than one', async () => {
    crm.contacts.length = 0;
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    expect(await told(1)).toMatchObject([{ found: 'none' }]);
    crm.contacts.push({ id: '1', mail: 'cy@example.com' }, { id: '2', mail: 'cy@example.com' });
    await on.say({ by: 'email:cy@example.com', text: 'Hi', conversation: 'c2' });
    expect(await told(2)).toMatchObject([{ found: 'none' }, { found: 'several' }]);
  });

  it('is sealed: only the class and the owner’s id stand in clear', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await told(1);
    const [stored] = (await on.ledger.tail(0n, { limit: 1_000 })).filter(({ type }) => type === 'CrmContextRead');
    expect(stored!.data).toContain('"tier":"gold"');
    expect(stored!.data).not.toMatch(/12000|"100"|acme/);
  });

  it('is asked of no CRM about history and machines', async () => {
    await on.say({ by: ann, text: 'Ten years ago', conversation: 'old', backfill: true });
    await on.say({ by: ann, text: 'Out of office', conversation: 'auto', automatic: true });
    await on.planned();
    await on.say({ by: 'email:new@example.com', text: 'Hi', conversation: 'c3' });
    expect(await told(1)).toMatchObject([{ subject: on.idOf('email:new@example.com') }]);
  });

  it('is asked of none that was not told how', async () => {
    const { context: _, ...settings } = crm.settings;
    const quiet = await ground({ freshForMs: 60_000 });
    await quiet.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings });
    await quiet.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await quiet.planned();
    await quiet.connect({ name: 'second', crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
    await quiet.say({ by: 'email:new@example.com', text: 'Hi', conversation: 'c2' });
    const events = await eventually(async () => {
      const found = await quiet.events('CrmContextRead');
      expect(found).not.toEqual([]);
      return found;
    });
    expect(events).toMatchObject([{ data: { subject: quiet.idOf('email:new@example.com') } }]);
    await quiet.close();
  });

  it('is read by one of the replicas', async () => {
    await on.more();
    await on.more();
    for (let nth = 0; nth < 12; nth += 1) {
      crm.contacts.push({ id: `2${nth}`, mail: `c${nth}@example.com` });
      await on.say({ by: `email:c${nth}@example.com`, text: 'Hi', conversation: `c${nth}` });
    }
    await told(12);
    expect(asked()).toBe(12);
  });

  it('keeps nobody waiting where the CRM fails', async () => {
    crm.fake.next(mishaps.refuses(500, { at: /^GET \/contacts$/ }));
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await eventually(() => expect(crm.fake.asked.map(({ path }) => path)).toEqual(['/contacts']));
    expect(await on.events('CrmContextRead')).toEqual([]);
    await on.say({ by: 'email:new@example.com', text: 'Hi', conversation: 'c2' });
    expect(await told(1)).toMatchObject([{ subject: on.idOf('email:new@example.com') }]);
  });
});
