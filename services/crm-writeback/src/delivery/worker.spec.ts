import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import { ground, type OnGround } from '../../test/ground.ts';

const ann = 'email:ann@example.com';

describe('what came of a conversation', () => {
  let on: OnGround;
  let crm: ReturnType<typeof fakeEndpoint>;
  let connection: string;

  const connected = async () =>
    on.connect({ crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings });
  const kept = (is: string) => crm.records.filter(({ record }) => record.is === is);
  const talk = async (conversation = 'c1', by = ann) => {
    await on.say({ by, text: 'Hi! The screen is broken.', conversation, names: { [by]: 'Ann Lee' } });
    await on.say({
      by: 'email:bo@acme.example',
      to: [by],
      text: 'I will send a courier tomorrow.',
      conversation,
      at: '2026-05-04T09:40:00Z',
    });
    await on.end(conversation);
  };

  beforeEach(async () => {
    crm = fakeEndpoint();
    await crm.fake.start();
    crm.contacts.push({ id: '100', mail: 'ann@example.com' });
    on = await ground();
    connection = await connected();
  });
  afterEach(async () => {
    await on.close();
    await crm.fake.stop();
  });

  it('is linked to its tenant where that is not the default one', async () => {
    const json = { name: 'crm', crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings };
    const added = await on.ask('/v1/connections', { json: { ...json, allowPrivate: true }, tenant: 'other' });
    expect(added.status).toBe(201);
    await on.say({ by: ann, text: 'Hi! The screen is broken.', conversation: 'c1' }, 'other');
    await on.end('c1', 1, { tenant: 'other' });
    const page = `https://throughline.example/customers/${on.idOf(ann, 'other')}?tenant=other`;
    await eventually(async () => {
      expect(kept('contact')).toMatchObject([{ record: { link: page } }]);
      const link = `${page}&conversation=${on.conversationOf('c1', 'other')}`;
      expect(kept('activity')).toMatchObject([{ record: { link } }]);
    });
  });

  it('is in the CRM once: a summary, and when the contact was last in contact', async () => {
    await talk();
    const all = await on.settled();
    expect(all.map(({ record, state, made, attempts }) => [record, state, made, attempts])).toEqual([
      ['activity', 'confirmed', 'created', 1],
      ['contact', 'confirmed', 'created', 1],
    ]);
    const conversation = on.conversationOf('c1');
    const link = `https://throughline.example/customers/${on.idOf(ann)}?conversation=${conversation}`;
    expect(kept('activity')).toMatchObject([
      {
        contact: '100',
        record: {
          subject: 'Chat: The screen is broken.',
          from: '2026-05-04T09:30:00Z',
          until: '2026-05-04T09:40:00Z',
          link,
        },
      },
    ]);
    expect(JSON.stringify(kept('activity')[0])).toContain(
      'Promise: “I will send a courier tomorrow.” (bo@acme.example',
    );
    expect(kept('contact')).toMatchObject([{ record: { lastContact: '2026-05-04T09:40:00Z', nextStep: null } }]);
    const told = await on.events('DeliveryPlanned', 'DeliveryAttempted', 'DeliveryConfirmed');
    expect(told.map(({ type }) => type)).toEqual(
      ['DeliveryPlanned', 'DeliveryPlanned', 'DeliveryAttempted', 'DeliveryConfirmed', 'DeliveryAttempted', 'DeliveryConfirmed'],
    ); // prettier-ignore
  });

  it('is there once where the CRM fails in every way: 500, 500, 429, a time-out after the commit, 201', async () => {
    await on.close();
    on = await ground({ timeoutMs: 2_000 });
    await connected();
    crm.fake.next(mishaps.refuses(500), mishaps.refuses(500), mishaps.throttles(0), mishaps.hangsAfterCommit());
    await talk();
    const [activity] = await on.settled();
    // More where the machine is too slow for the time-out: each is found again before it would be written.
    expect(activity).toMatchObject({ state: 'confirmed' });
    expect(activity!.attempts).toBeGreaterThanOrEqual(5);
    expect(kept('activity')).toHaveLength(1);
    expect(kept('contact')).toHaveLength(1);
    expect(crm.fake.mishaps).toEqual([]);
  });

  it('is written by one worker, however many there are', async () => {
    await on.more();
    await on.more();
    for (let nth = 0; nth < 20; nth += 1) {
      crm.contacts.push({ id: `1${nth}`, mail: `c${nth}@example.com` });
      await talk(`talk-${nth}`, `email:c${nth}@example.com`);
    }
    expect((await on.settled()).every(({ state, attempts }) => state === 'confirmed' && attempts === 1)).toBe(true);
    expect(crm.records).toHaveLength(40);
  });

  it('is written in the order in which it ended, one after the other for a contact', async () => {
    crm.fake.next(mishaps.refuses(500), mishaps.isSlow(100));
    for (let session = 1; session <= 5; session += 1) {
      await on.say({ by: ann, text: `Talk ${session}`, conversation: 'c1', at: `2026-05-04T1${session}:00:00Z` });
      await on.end('c1', session, { at: `2026-05-04T1${session}:30:00Z` });
    }
    await on.settled();
    expect(kept('activity').map(({ record }) => (record as { from?: string }).from)).toEqual(
      [1, 2, 3, 4, 5].map((hour) => `2026-05-04T1${hour}:00:00Z`),
    );
  });

  it('is written once it was quiet for long enough, and again with the outcome that somebody gives', async () => {
    await on.say({ by: ann, text: 'The screen is broken.', conversation: 'c1' });
    await on.say({ by: ann, text: 'Now it is the keyboard.', conversation: 'c1', at: '2026-05-04T15:00:00Z' });
    const at = '2026-05-04T10:00:00Z';
    await on.end('c1', 1, { by: 'quiet', at, quiet: 'PT30M', left: 1 });
    await on.settled();
    expect(kept('activity')).toMatchObject([{ record: { subject: 'Chat: The screen is broken.', until: '2026-05-04T09:30:00Z' } }]); // prettier-ignore
    await on.end('c1', 1, { at, outcome: 'resolved' });
    const all = await on.settled();
    expect(all.map(({ record, made }) => [record, made])).toContainEqual(['activity', 'updated']);
    expect(kept('activity')).toMatchObject([
      { record: { subject: 'Chat: The screen is broken.', outcome: 'resolved' } },
    ]);
  });

  it('tells of a meeting only where it was held', async () => {
    const met = { by: ann, channel: 'meeting' as const, text: 'We met.' };
    await on.say({ ...met, conversation: 'held', at: '2026-05-04T09:00:00Z' });
    await on.end('held', 1, { at: '2026-05-04T10:00:00Z' });
    await on.say({ ...met, conversation: 'missed', at: '2026-05-05T09:00:00Z' });
    await on.end('missed', 1, { at: '2026-05-05T10:00:00Z', outcome: 'no-show' });
    const off = await on.say({ ...met, conversation: 'off', at: '2026-05-06T09:00:00Z' });
    await on.withdraw(off);
    await on.end('off', 1, { at: '2026-05-06T11:00:00Z', by: 'quiet' });
    await on.settled();
    expect(kept('activity')).toHaveLength(2);
    expect(kept('contact').at(-1)?.record).toMatchObject({
      lastMeeting: '2026-05-04T09:00:00Z',
      lastContact: '2026-05-05T09:00:00Z',
    });
  });

  it('is not written back where it is history, a machine’s, or from before the connection', async () => {
    await on.say({ by: ann, text: 'Ten years ago', conversation: 'old', backfill: true });
    await on.end('old');
    await on.say({ by: ann, text: 'Out of office', conversation: 'auto', automatic: true });
    await on.end('auto');
    await on.say({ by: 'email:bo@acme.example', to: ['email:cy@acme.example'], text: 'Lunch?', conversation: 'ours' });
    await on.end('ours');
    await on.planned();
    expect(await on.deliveries()).toEqual([]);
    expect(crm.fake.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('goes to a connection that was added later only from then on', async () => {
    await talk('before');
    await on.settled();
    const later = fakeEndpoint();
    await later.fake.start();
    later.contacts.push({ id: '7', mail: 'ann@example.com' });
    await on.connect({ name: 'later', crm: 'http', url: later.fake.url, secret: signingKey, settings: later.settings });
    await talk('after');
    await on.settled();
    expect(later.records.filter(({ record }) => record.is === 'activity')).toHaveLength(1);
    expect(kept('activity')).toHaveLength(2);
    await later.fake.stop();
  });

  it('tells nothing of notes that an import brought', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await on.note(ann, { decided: 'to wait', nextStep: { what: 'Send the quote' }, backfill: true });
    await on.end('c1');
    await on.settled();
    expect(JSON.stringify(kept('activity'))).not.toMatch(/to wait|Send the quote/);
    expect(kept('contact')).toMatchObject([{ record: { nextStep: null } }]);
  });

  it('tells of notes and tasks, and of a task again once it is done', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'c1', names: { [ann]: 'Ann' } });
    await on.note(ann, {
      text: 'She was kind.',
      decided: 'to send another',
      nextStep: { what: 'Call her', due: '2026-05-06T08:00:00Z' },
    });
    await on.note(ann, { text: 'Of old.', nextStep: { what: 'Nothing' }, backfill: true });
    const task = await on.schedule(ann, 'Send a courier');
    await on.settled();
    expect(kept('note')).toMatchObject([
      { record: { body: 'She was kind.\nDecided: to send another\nNext step: Call her, by 2026-05-06T08:00:00Z' } },
    ]);
    expect(kept('task')).toMatchObject([
      { record: { what: 'Send a courier', due: '2026-05-05T10:00:00Z', owner: { handle: 'email:bo@acme.example' } } },
    ]);
    expect(kept('contact').at(-1)?.record).toMatchObject({
      nextStep: { what: 'Send a courier', due: '2026-05-05T10:00:00Z' },
    });
    await on.handOn(ann, task, 'email:cy@acme.example');
    await on.settled();
    expect(kept('task')).toMatchObject([{ record: { owner: { handle: 'email:cy@acme.example' } } }]);
    await on.complete(ann, task, 'It went out.');
    await on.settled();
    expect(kept('task')).toMatchObject([{ record: { done: { outcome: 'It went out.' } } }]);
    expect(kept('contact').at(-1)?.record).toMatchObject({ nextStep: null });
  });

  it('waits while the connection is paused, and goes on in order', async () => {
    await on.ask(`/v1/connections/${connection}/pause`, { method: 'POST' });
    await talk('c1');
    await talk('c2');
    await on.planned();
    expect(crm.records).toEqual([]);
    expect((await on.deliveries())[0]).toMatchObject({ state: 'open', waits: 'for the connection: it is paused' });
    await on.ask(`/v1/connections/${connection}/resume`, { method: 'POST' });
    await on.settled();
    expect(kept('activity')).toHaveLength(2);
  });

  it('pauses the connection where the credentials are refused, and loses nothing', async () => {
    await talk('c1');
    await on.settled();
    crm.state.secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    await talk('c2');
    await eventually(async () =>
      expect((await on.ask(`/v1/connections/${connection}`)).body).toMatchObject({
        state: 'paused',
        reason: 'CredentialsRefused',
      }),
    );
    await talk('c3');
    await on.planned();
    expect(kept('activity')).toHaveLength(1);
    await on.ask(`/v1/connections/${connection}/rotate`, { json: { secret: crm.state.secret } });
    await on.settled();
    expect(kept('activity')).toHaveLength(3);
  });

  it('is rejected where the CRM does not take it, and tells why', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'c1' });
    await on.schedule(ann, 'refused');
    const task = (await on.settled()).find(({ record }) => record === 'task')!;
    expect(task).toMatchObject({
      state: 'rejected',
      reason: 'Invalid',
      detail: expect.stringContaining('We do not take this'),
    });
    const [told] = await on.events('DeliveryRejected');
    expect(told?.data).toMatchObject({ detail: expect.stringContaining('We do not take this') });
    const stored = await on.ledger.tail(0n, { limit: 1_000 });
    expect(stored.map(({ data }) => data).join()).not.toContain('We do not take this');
  });

  it('is parked where the CRM has no such contact, and written once it has and somebody asks', async () => {
    crm.contacts.length = 0;
    await talk();
    const [activity] = await on.settled();
    expect(activity).toMatchObject({ state: 'parked', reason: 'ContactMissing' });
    crm.contacts.push({ id: '7', mail: 'ann@example.com' });
    expect((await on.ask(`/v1/deliveries/${activity!.id}/retry`, { method: 'POST' })).body).toMatchObject({
      state: 'open',
    });
    await on.settled();
    expect(kept('activity')).toMatchObject([{ contact: '7' }]);
  });

  it('is parked where it failed again and again', async () => {
    await on.close();
    on = await ground({ mostFailures: 3 });
    await connected();
    crm.fake.next(...Array.from({ length: 3 }, () => mishaps.refuses(500)));
    await talk();
    const [activity, contact] = await on.settled();
    expect(activity).toMatchObject({ state: 'parked', reason: 'TooManyFailures', attempts: 3 });
    expect(contact).toMatchObject({ state: 'confirmed' });
  });

  it('is written nowhere twice where the rows are made anew', async () => {
    await talk();
    await on.settled();
    const before = crm.fake.asked.length;
    const head = await on.ledger.head();
    await on.projectorDb.query('delete from writeback.delivery');
    await on.projectorDb.query(
      `update read_model.checkpoint set position = 0, turn = turn + 1 where projection like 'writeback%'`,
    );
    await on.more();
    await eventually(async () => {
      await on.planned();
      expect(await on.deliveries()).toHaveLength(2);
    });
    expect((await on.settled()).every(({ state }) => state === 'confirmed')).toBe(true);
    expect(crm.fake.asked).toHaveLength(before);
    expect(await on.ledger.head()).toBe(head);
  });

  it('is dropped where whom it was about is erased', async () => {
    await on.ask(`/v1/connections/${connection}/pause`, { method: 'POST' });
    await talk();
    await on.planned();
    await on.keys.destroy('default', await on.keys.ownedBy('default', on.idOf(ann)));
    await on.ask(`/v1/connections/${connection}/resume`, { method: 'POST' });
    expect((await on.settled()).map(({ state, reason }) => [state, reason])).toEqual([
      ['dropped', 'SubjectErased'],
      ['dropped', 'SubjectErased'],
    ]);
    expect(crm.records).toEqual([]);
  });

  it('is one contact’s, whatever handle it came from', async () => {
    await on.say({ by: ann, text: 'Hi', conversation: 'chat', also: ['tel:+14155550100'] });
    await on.say({ by: 'tel:+14155550100', text: 'It is broken.', channel: 'phone', conversation: 'call' });
    await on.end('call');
    await on.settled();
    expect(kept('activity')).toMatchObject([{ contact: '100', record: { channel: 'phone' } }]);
  });

  it('tells of all that was joined into one conversation', async () => {
    await on.say({ by: ann, text: 'The screen is broken.', conversation: 'old' });
    await on.say({ by: ann, text: 'I restarted it.', conversation: 'new', at: '2026-05-04T09:35:00Z' });
    const [into, from] = [on.conversationOf('old'), on.conversationOf('new')];
    await on.append(
      'default',
      `conversation-${into}`,
      'ConversationsJoined',
      { into, from, evidence: [] },
      '2026-05-04T09:36:00Z',
    );
    await on.end('old');
    await on.settled();
    expect(JSON.stringify(kept('activity')[0])).toMatch(/2 messages.*The screen is broken.*I restarted it/);
  });
});
