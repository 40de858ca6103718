import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fakeHubspot } from '@throughline/testing';
import { activity, crmContract, type Ground, persistently, task } from '../../test/crm.contract.ts';
import { opened } from '../../test/opened.ts';
import { hubspot } from './hubspot.ts';

const fields = { tier: 'tier', value: 'value', renewal: 'renewal', loyaltyLevel: 'level', loyaltyPoints: 'points' };

type Own = Pick<ReturnType<typeof fakeHubspot>, 'all' | 'properties'>;

const ground = async (): Promise<Ground & Own> => {
  const { fake, all, state, make, properties } = fakeHubspot();
  await fake.start();
  const { session, close } = opened(hubspot, { fake, secret: 'pat-1', settings: fields });
  await session.test(true);
  fake.asked.length = 0;
  const bodyOf = (of: Record<string, string | null>) => Object.values(of).join('\n');
  return {
    fake,
    session,
    all,
    properties,
    close,
    revoke: () => (state.token = 'pat-2'),
    lag: (ms) => (state.lagMs = ms),
    addContact: (mail) => {
      const one = make('contacts', { email: mail });
      one.made = 0;
      return one.id;
    },
    removeContact: (id) =>
      all.splice(
        all.findIndex((one) => one.id === id),
        1,
      ),
    kept: (reference) =>
      all
        .filter((one) => one.properties['throughline_ref'] === reference && one.to.size > 0)
        .map((one) => bodyOf(one.properties)),
    shown: (id) => {
      const { throughline_last_contact, throughline_last_meeting, throughline_next_step } = all.find(
        (one) => one.id === id,
      )!.properties as Record<string, string>;
      return {
        lastContact: throughline_last_contact,
        lastMeeting: throughline_last_meeting,
        nextStep: throughline_next_step,
      };
    },
    knownContact: () => {
      const contact = make('contacts', {
        email: 'x@example.com',
        hubspot_owner_id: '77',
        tier: 'gold',
        value: '12000.5',
        renewal: '2026-12-01',
        level: 'gold',
        points: '1200',
      });
      contact.made = 0;
      const open = make('deals', {
        dealname: 'Fifty laptops',
        dealstage: 'offer',
        amount: '50000',
        deal_currency_code: 'EUR',
        closedate: '2026-06-30',
        hs_is_closed: 'false',
      });
      const won = make('deals', {
        dealname: 'Laptop 14',
        amount: '1499',
        closedate: '2025-11-04',
        hs_is_closed: 'true',
        hs_is_closed_won: 'true',
      });
      contact.to.add(open.id).add(won.id);
      return {
        contact: contact.id,
        context: {
          owner: { handle: 'email:bo@acme.example', name: 'Bo Berg' },
          tier: 'gold',
          value: { amount: 12000.5 },
          renewal: '2026-12-01',
          loyalty: { level: 'gold', points: 1200 },
          deals: [{ name: 'Fifty laptops', stage: 'offer', amount: 50000, currency: 'EUR', closes: '2026-06-30' }],
          purchases: [{ product: 'Laptop 14', at: '2025-11-04', amount: 1499 }],
        },
      };
    },
  };
};

crmContract('HubSpot', ground);

describe('HubSpot', () => {
  let on: Ground & Own;
  beforeEach(async () => {
    on = await ground();
  });
  afterEach(() => on.close());

  it.each([
    ['email', 'emails'],
    ['phone', 'calls'],
    ['meeting', 'meetings'],
    ['in-person', 'meetings'],
    ['whatsapp', 'communications'],
    ['sms', 'communications'],
    ['chat', 'notes'],
    ['ticket', 'notes'],
  ] as const)('keeps an activity on %s as one of its %s', async (channel, type) => {
    on.addContact('ann@example.com');
    const record = activity({ channel });
    expect((await persistently(on.session, record)).remote).toMatch(new RegExp(`^${type}/\\d+$`));
  });

  it('gets text as text, never as HTML', async () => {
    on.addContact('ann@example.com');
    const record = activity();
    await persistently(on.session, record);
    expect(on.kept(record.reference)[0]).toContain('The screen &lt;cracked&gt; &amp; flickers.<br>Next step');
  });

  it('writes to the contact that another one was merged into', async () => {
    const [old, winner] = [on.addContact('ann@example.com'), on.addContact('ann.lee@example.com')];
    on.all.find(({ id }) => id === old)!.mergedInto = winner;
    const record = activity();
    await persistently(on.session, record, { contact: old });
    expect([...on.all.find(({ properties }) => properties['throughline_ref'] === record.reference)!.to]).toEqual([
      winner,
    ]);
  });

  it('names the owner of a task whom it knows by the mail address', async () => {
    on.addContact('ann@example.com');
    await persistently(on.session, task());
    expect(on.all.find(({ type }) => type === 'tasks')?.properties).toMatchObject({
      hubspot_owner_id: '77',
      hs_task_status: 'NOT_STARTED',
    });
  });

  it('blames the connection where its properties are missing', async () => {
    on.addContact('ann@example.com');
    on.properties.clear();
    await expect(persistently(on.session, task())).rejects.toMatchObject({ kind: 'connection', code: 'FieldsMissing' });
    expect((await on.session.test(false)).every(({ ok }) => !ok)).toBe(true);
  });

  it('takes a failure that comes with a success’s status for one', async () => {
    on.addContact('ann@example.com');
    await expect(persistently(on.session, activity({ subject: 'x'.repeat(70_000) }))).rejects.toMatchObject({
      kind: 'rejected',
      detail: expect.stringContaining('65536'),
    });
  });
});
