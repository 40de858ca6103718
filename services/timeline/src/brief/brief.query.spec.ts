import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { decided } from '../../test/decided.ts';
import { event, type World, world } from '../../test/world.ts';
import type { Customer } from '../customer/customer.ts';
import { page } from '../entry/entry.query.ts';
import { talliesOf } from '../volume/volume.query.ts';
import { brief } from './shape.ts';
import { readBrief } from './brief.query.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';
const bo = 'email:bo@acme.example';
const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const tenant = 'one';

let on: World;
beforeAll(async () => {
  on = await world();
}, 60_000);
afterAll(() => on.close());

const party = (handle: string) => ({ id: on.vault.handleId(tenant, handle), handle });

// Ids of handles from before they were erased: whoever uses one of them later is somebody new.
const known = new Map<string, string>();
const briefOf = async (handles: readonly string[], now: string, accounts: readonly string[] = []) => {
  await on.caughtUp();
  const ids = handles.map((handle) => known.get(handle) ?? party(handle).id);
  const subject: Customer = {
    id: ids[0]!,
    handles: ids.map((id) => ({ id })),
    accounts: accounts.map((key) => ({ id: on.vault.accountId(tenant, key) })),
    owner: null,
    entries: 0,
  };
  const head = Number(await on.ledger.head());
  const answer = await on.read(
    tenant,
    async (reading) =>
    readBrief(reading, { customer: subject, tallies: await talliesOf(reading, ids) }, { now: new Date(now), position: head }), // prettier-ignore
  );
  expect(brief.safeParse(answer).error).toBeUndefined();
  return answer;
};

describe('the brief of a customer', () => {
  it('is made of what was said under all handles, each interaction counted once', async () => {
    const agents = [bo];
    const ids = await on.say(
      tenant,
      { at: '2026-05-04T09:30:00Z', from: ann, to: [bo], agents, subject: 'Broken screen', text: 'It cracked.' },
      { at: '2026-05-04T10:00:00Z', from: bo, to: [ann, tel], agents, text: 'A courier comes.', names: { [bo]: 'Bo' } },
      { at: '2026-05-05T08:00:00Z', from: tel, to: [bo], agents, channel: 'chat', text: 'When?', conversation: 'chat' },
      {
        at: '2026-05-05T08:02:00Z',
        from: bo,
        to: [tel],
        agents,
        channel: 'chat',
        text: 'At noon.',
        conversation: 'chat',
      },
      { at: '2026-05-05T08:10:00Z', from: ann, to: [bo], agents, text: 'I am out of office.', automatic: true },
    );
    const answer = await briefOf([ann, tel], '2026-05-05T08:20:00Z');
    expect(answer.happened.answer).toMatchObject({
      since: '2026-05-04T09:30:00Z',
      until: '2026-05-05T08:10:00Z',
      interactions: 5,
      byChannel: { email: 3, chat: 2 },
      inbound: 3,
      outbound: 2,
      conversations: 3,
      firstSubject: 'Broken screen',
      quietDays: 0,
    });
    expect(answer.lastTalkedAbout).toMatchObject({ answer: { words: 'At noon.' }, events: [ids[3]] });
    expect(answer.now).toMatchObject([
      {
        conversation: on.vault.conversationId(tenant, 'spec', 'chat'),
        channel: 'chat',
        since: '2026-05-05T08:00:00Z',
        lastWords: 'At noon.',
        lastAt: '2026-05-05T08:02:00Z',
      },
    ]);
  });

  it('is not led by what is still to come, nor by what can never have happened', async () => {
    const [fay, agents] = ['email:fay@example.com', [bo]];
    const [said] = await on.say(
      tenant,
      {
        at: '2026-05-05T08:05:00Z',
        from: fay,
        to: [bo],
        agents,
        channel: 'chat',
        text: 'When?',
        conversation: 'ahead',
      },
      { at: '2026-06-01T08:00:00Z', from: fay, to: [bo], agents, channel: 'meeting', text: 'Visit us.' },
      { at: '2099-05-04T09:30:00Z', from: fay, to: [bo], agents, channel: 'chat', text: 'Years ahead.' },
    );
    // The clock that it was said by is a minute ahead of ours.
    const answer = await briefOf([fay], '2026-05-05T08:04:00Z');
    expect(answer.lastTalkedAbout).toMatchObject({ answer: { words: 'When?' }, events: [said] });
    expect(answer.happened.answer).toMatchObject({
      until: '2026-05-05T08:05:00Z',
      quietDays: 0,
      interactions: 1,
      byChannel: { chat: 1 },
      inbound: 1,
      conversations: 1,
    });
    expect(answer.happened.answer?.byChannel).not.toHaveProperty('meeting');
    expect(answer.customer.entries).toBe(1);
    expect(answer.now).toMatchObject([{ channel: 'chat', lastWords: 'When?' }]);
    expect(await briefOf([fay], '2026-06-01T08:01:00Z')).toMatchObject({
      lastTalkedAbout: { answer: { words: 'Visit us.' } },
      now: [{ channel: 'meeting' }],
      happened: { answer: { interactions: 2, byChannel: { chat: 1, meeting: 1 }, conversations: 2 } },
    });
  });

  it('says that nothing has happened where there is but a meeting to come, known by two handles', async () => {
    const [gil, phone] = ['email:gil@example.com', 'tel:+14155550155'];
    await on.say(tenant, { at: '2026-06-01T08:00:00Z', from: gil, to: [phone], channel: 'meeting', text: 'Soon.' });
    const { customer, lastTalkedAbout, happened } = await briefOf([gil, phone], '2026-05-05T08:00:00Z');
    expect([lastTalkedAbout.answer, happened.answer]).toEqual([null, null]);
    expect(customer.entries).toBe(0);
  });

  it('counts conversations once that were joined, but for those joined into one of somebody else', async () => {
    const dee = 'email:dee@example.com';
    const at = '2026-05-04T12:00:00Z';
    const [first] = await on.say(
      tenant,
      ...['d1', 'd2', 'd3', 'd4'].map((conversation) => ({ at, from: dee, to: [bo], agents: [bo], conversation })),
      { at, from: ann, to: [bo], agents: [bo], conversation: 'foreign' },
    );
    const join = async (from: string, into: string): Promise<void> => {
      const [one, other] = [from, into].map((key) => on.vault.conversationId(tenant, 'spec', key));
      const data = { from: one!, into: other!, evidence: [first!] };
      await on.append(tenant, streamOf.conversation(data.from), [event('ConversationsJoined', data)]);
    };
    await join('d2', 'd1');
    await join('d3', 'd1');
    await join('d4', 'foreign');
    expect((await briefOf([dee], '2026-05-04T13:00:00Z')).happened.answer?.conversations).toBe(2);
  });

  it('has no session any more that ended', async () => {
    const conversation = on.vault.conversationId(tenant, 'spec', 'chat');
    await on.append(tenant, streamOf.conversation(conversation), [
      event('SessionEnded', { conversation, session: 1, by: 'hand', at: '2026-05-05T08:15:00Z' }),
    ]);
    expect((await briefOf([ann, tel], '2026-05-05T08:20:00Z')).now).toEqual([]);
  });

  it('names the owner of the customer, else of its account, whichever handle was assigned', async () => {
    const account = on.vault.accountId(tenant, 'acme');
    const ownerOf = async () => (await briefOf([ann, tel], '2026-05-06T00:00:00Z', ['acme'])).responsible;
    expect(await ownerOf()).toMatchObject({ answer: null, events: [] });
    await on.append(tenant, streamOf.account(account), [
      event('OwnerAssigned', { of: 'account', subject: account, owner: { ...party(bo), name: 'Bo' } }),
    ]);
    expect(await ownerOf()).toMatchObject({ answer: { of: 'account', owner: { name: 'Bo' } } });
    await on.append(tenant, streamOf.handle(party(ann).id), [
      event('OwnerAssigned', { of: 'customer', subject: party(ann).id, owner: party('email:cy@acme.example') }),
    ]);
    expect(await ownerOf()).toMatchObject({ answer: { of: 'customer', owner: { handle: 'email:cy@acme.example' } } });
    await on.append(tenant, streamOf.handle(party(tel).id), [
      event('OwnerAssigned', { of: 'customer', subject: party(tel).id, owner: party(bo) }),
    ]);
    expect(await ownerOf()).toMatchObject({ answer: { of: 'customer', owner: { handle: bo } } });
    await on.append(tenant, streamOf.handle(party(ann).id), [
      event('OwnerAssigned', { of: 'customer', subject: party(ann).id }),
    ]);
    expect(await ownerOf()).toMatchObject({ answer: { of: 'account' } });
  });

  it('tells the open task that is due first, else the newest note that says what comes next', async () => {
    const subject = party(ann).id;
    const next = async () => (await briefOf([ann, tel], '2026-05-06T00:00:00Z')).nextStep;
    expect(await next()).toMatchObject({ answer: null });
    await on.append(tenant, streamOf.handle(subject), [
      event('NoteWritten', { note: id(1), subject, decided: 'We replace it.', nextStep: { what: 'Call her' } }),
      event('NoteWritten', { note: id(2), subject, text: 'She was kind.' }),
    ]);
    expect(await next()).toMatchObject({ answer: { what: 'Call her', overdue: false } });
    const task = (n: number, due: string, about: string) =>
      on.append(tenant, streamOf.task(id(n)), [
        event('TaskScheduled', { task: id(n), subject: party(about).id, what: `task ${n}`, owner: party(bo), due }),
      ]);
    const done = (n: number) =>
      on.append(tenant, streamOf.task(id(n)), [event('TaskCompleted', { task: id(n), subject })]);
    await task(11, '2026-05-09T00:00:00Z', ann);
    await task(12, '2026-05-05T00:00:00Z', tel);
    expect(await next()).toMatchObject({ answer: { what: 'task 12', task: id(12), overdue: true } });
    await done(12);
    expect(await next()).toMatchObject({ answer: { what: 'task 11', task: id(11), overdue: false } });
    await done(11);
    expect(await next()).toMatchObject({ answer: { what: 'Call her' } });
    const from = { note: id(1), owner: 'author' as const, due: 'usual' as const };
    const step = { task: id(13), subject, what: 'Call her', owner: party(bo), due: '2026-05-07T00:00:00Z', from };
    await on.append(tenant, streamOf.task(id(13)), [event('TaskScheduled', step)]);
    expect(await next()).toMatchObject({ answer: { what: 'Call her', task: id(13) } });
    await done(13);
    expect(await next()).toMatchObject({ answer: null });
    expect((await briefOf([ann, tel], '2026-05-06T00:00:00Z')).happened.answer?.highlights).toContainEqual(
      expect.objectContaining({ what: 'We replace it.' }),
    );
  });

  it('names who has the open matter, or its queue with the deadline, before any owner', async () => {
    const dora = 'email:dora@example.com';
    const { matter, agent } = decided(on, tenant);
    await agent(bo, 'Bo');
    await on.append(tenant, streamOf.handle(party(dora).id), [
      event('OwnerAssigned', { of: 'customer', subject: party(dora).id, owner: party('email:cy@acme.example') }),
    ]);
    const responsible = async () => (await briefOf([dora], '2026-05-06T00:00:00Z')).responsible;
    const screen = matter(id(41), dora);
    await screen.opens();
    await screen.waits(1, { fallback: party(bo).id });
    const queued = await responsible();
    expect(queued.answer).toEqual({
      of: 'matter',
      matter: id(41),
      since: '2026-05-05T08:01:00Z',
      queue: { team: 'hardware', until: '2026-05-05T12:00:00Z', fallback: { ...party(bo), name: 'Bo' } },
    });
    expect(queued.events).toHaveLength(1);
    await screen.isOffered(2, bo);
    expect(await responsible()).toMatchObject({ answer: { queue: { team: 'hardware', offeredTo: { name: 'Bo' } } } });
    await screen.goesTo(3, bo);
    const owned = await responsible();
    expect(owned.answer).toMatchObject({ owner: { name: 'Bo' }, since: '2026-05-05T08:03:00Z', of: 'matter' });
    expect(owned.answer).not.toHaveProperty('queue');
    expect(owned.events).not.toEqual(queued.events);
    const bill = matter(id(42), dora);
    await bill.opens(4);
    await bill.waits(4);
    const both = await responsible();
    expect(both).toMatchObject({ answer: { matter: id(42), others: [{ matter: id(41), owner: { name: 'Bo' } }] } });
    expect(both.events).toHaveLength(2);
    await on.append(tenant, streamOf.handle(party(dora).id), [
      event('OwnerAssigned', { of: 'customer', subject: party(dora).id, owner: party('email:cy@acme.example') }),
    ]);
    const named = await responsible();
    expect(named).toMatchObject({
      answer: { of: 'customer', owner: { handle: 'email:cy@acme.example' }, queue: { team: 'hardware' } },
      events: [expect.any(String), ...both.events],
    });
    await bill.closes(5);
    await screen.closes(5);
    expect(await responsible()).toMatchObject({
      answer: { of: 'customer', owner: { handle: 'email:cy@acme.example' } },
    });
    await screen.isBack(6);
    await screen.goesTo(6, bo);
    expect(await responsible()).toMatchObject({ answer: { matter: id(41), owner: { name: 'Bo' } } });
  });

  it('tells the answer that is promised, where nobody wrote down what comes next', async () => {
    const fay = 'email:fay@example.com';
    const { matter, promise, agent } = decided(on, tenant);
    await agent(bo, 'Bo');
    const now = '2026-05-05T09:30:00Z';
    const told = async (at = now) => {
      const { responsible, nextStep } = await briefOf([fay], at);
      return { responsible, nextStep };
    };
    const screen = matter(id(71), fay);
    await screen.opens();
    await screen.waits(1);
    const answerDue = promise(id(72), id(71), fay);
    await answerDue.made();
    const waits = await told();
    const answer = { what: 'Answer the customer', promise: id(72), matter: id(71), due: '2026-05-05T12:00:00Z' };
    expect(waits.nextStep.answer).toEqual({ ...answer, team: 'hardware', overdue: false });
    expect(waits.responsible).toMatchObject({ answer: { queue: { team: 'hardware' }, due: answer.due } });
    expect(waits.responsible.events).toContain(waits.nextStep.events[0]);
    await screen.goesTo(2, bo);
    expect((await told()).nextStep.answer).toMatchObject({ ...answer, owner: { name: 'Bo' } });

    const task = (n: number, due: string) =>
      on.append(tenant, streamOf.task(id(n)), [
        event('TaskScheduled', { task: id(n), subject: party(fay).id, what: `task ${n}`, owner: party(bo), due }),
      ]);
    await task(74, '2026-05-05T13:00:00Z');
    const { nextStep, responsible } = await told();
    expect(nextStep.answer).toMatchObject({ task: id(74) });
    expect(responsible.answer).toMatchObject({ due: answer.due });

    await answerDue.breached();
    await on.append(tenant, streamOf.task(id(74)), [event('TaskCompleted', { task: id(74), subject: party(fay).id })]);
    expect((await told('2026-05-05T12:30:00Z')).nextStep.answer).toMatchObject({ ...answer, overdue: true });
    await answerDue.met(true);
    expect((await told()).nextStep).toMatchObject({ answer: null, events: [] });
    expect((await told()).responsible.answer).not.toHaveProperty('due');
  });

  it('tells that it is the customer’s turn, and what is due when they wrote', async () => {
    const gil = 'email:gil@example.com';
    const { matter, promise } = decided(on, tenant);
    await matter(id(81), gil).opens();
    const answerDue = promise(id(82), id(81), gil);
    const nextStep = async () => (await briefOf([gil], '2026-05-05T09:30:00Z')).nextStep;
    await answerDue.made();
    await answerDue.paused();
    expect(await nextStep()).toMatchObject({
      answer: null,
      reason: expect.stringMatching(/turn/),
      events: [expect.any(String)],
    });
    await answerDue.resumed('2026-05-05T15:00:00Z');
    expect(await nextStep()).toMatchObject({ answer: { promise: id(82), due: '2026-05-05T15:00:00Z' } });
    await answerDue.corrected({ dueAt: '2026-05-05T11:00:00Z' });
    expect(await nextStep()).toMatchObject({ answer: { due: '2026-05-05T11:00:00Z' } });
    await answerDue.corrected({ met: { by: id(82), at: '2026-05-05T09:00:00Z' } });
    expect(await nextStep()).toMatchObject({ answer: null, events: [] });
  });

  it('tells what the CRM told last, as of when, and that it is stale', async () => {
    const eve = 'email:eve@example.com';
    const { told } = decided(on, tenant);
    const crm = async (now: string) => (await briefOf([eve], now)).crm;
    expect(await crm('2026-05-05T08:10:00Z')).toMatchObject({ answer: null, reason: expect.any(String), events: [] });
    await told(eve, id(61), { found: 'none', contact: undefined });
    expect(await crm('2026-05-05T08:10:00Z')).toMatchObject({ answer: null, events: [expect.any(String)] });
    const knows = {
      tier: 'gold',
      owner: { ...party('email:sam@acme.example'), name: 'Sam' },
      value: { amount: 12_000, currency: 'EUR' },
      renewal: '2026-09-01',
      deals: [{ name: 'Laptops', stage: 'offer' }],
      purchases: [{ product: 'Laptop 14', at: '2025-11-05' }],
      loyalty: { level: 'silver', points: 120 },
    };
    await told(eve, id(61), { ...knows, at: '2026-05-05T08:05:00Z' });
    const fresh = await crm('2026-05-05T08:10:00Z');
    expect(fresh.answer).toEqual({
      connection: id(61),
      contact: '501',
      asOf: '2026-05-05T08:05:00Z',
      stale: false,
      ...knows,
    });
    expect(fresh.events).toHaveLength(1);
    expect(await crm('2026-05-05T08:30:00Z')).toMatchObject({
      answer: { tier: 'gold', stale: true },
      events: fresh.events,
    });
    await told(eve, id(62), { found: 'several', contact: undefined, at: '2026-05-05T08:20:00Z' });
    expect(await crm('2026-05-05T08:30:00Z')).toMatchObject({ answer: { connection: id(61) } });
    expect((await briefOf([eve], '2026-05-05T08:30:00Z')).responsible).toMatchObject({
      answer: { of: 'crm', owner: { name: 'Sam' } },
    });
    await told(eve, id(61), { found: 'none', contact: undefined, at: '2026-05-05T08:25:00Z' });
    expect((await briefOf([eve], '2026-05-05T08:30:00Z')).responsible).toMatchObject({ answer: null });
  });

  it('tells of no CRM that told nothing, and of another one instead', async () => {
    const joe = 'email:joe@example.com';
    const { told } = decided(on, tenant);
    const crm = async () => (await briefOf([joe], '2026-05-05T08:10:00Z')).crm;
    await told(joe, id(63), { at: '2026-05-05T08:05:00Z' });
    expect(await crm()).toMatchObject({ answer: null, reason: expect.stringMatching(/tells nothing/) });
    await told(joe, id(64), { tier: 'gold', at: '2026-05-05T08:01:00Z' });
    await told(joe, id(63), { at: '2026-05-05T08:06:00Z' });
    expect(await crm()).toMatchObject({ answer: { connection: id(64), tier: 'gold' } });
  });

  it('tells nothing more of what a CRM knew, and of what was handed on, once the customer is erased', async () => {
    const hana = 'email:hana@example.com';
    const { matter, told, agent } = decided(on, tenant);
    await agent(bo, 'Bo');
    await told(hana, id(91), { tier: 'gold', renewal: '2026-09-01', purchases: [{ product: 'Laptop 14' }] });
    const screen = matter(id(92), hana);
    await screen.opens();
    await screen.goesTo(1, bo);
    await screen.leaves(2, bo, 'She is in hospital.');
    await screen.waits(2);
    expect((await briefOf([hana], '2026-05-05T08:10:00Z')).crm.answer).toMatchObject({ contact: '501' });
    known.set(hana, party(hana).id);
    await on.keys.erase(tenant, [known.get(hana)!], []);
    const { crm, responsible } = await briefOf([hana], '2026-05-05T08:10:00Z');
    expect(crm).toMatchObject({ answer: null, reason: expect.stringMatching(/erased/), events: [expect.any(String)] });
    // Whose queue it waits in is about us.
    expect(responsible).toMatchObject({ answer: { queue: { team: 'hardware' } } });
    const lines = await on.read(tenant, (reading) => page(reading, { handles: [known.get(hana)!] }, {}, { limit: 10 }));
    const handed = lines.find(({ entry }) => entry.type === 'handed-on')!.entry;
    expect(handed).toMatchObject({ erased: true, matter: { because: 'hand', from: { name: 'Bo' } } });
    expect(JSON.stringify(lines.map(({ entry }) => entry))).not.toMatch(/hospital|Laptop|gold/);
  });

  it('of somebody unknown gives reasons', async () => {
    const answer = await briefOf(['email:nobody@example.com'], '2026-05-06T00:00:00Z');
    for (const part of [answer.lastTalkedAbout, answer.responsible, answer.nextStep, answer.happened])
      expect(part).toMatchObject({ answer: null, reason: expect.any(String), events: [] });
  });
});
