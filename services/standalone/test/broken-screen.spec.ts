import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, fakeHubspot } from '@throughline/testing';
import { ago, agent, customer, scene, type Scene } from './scene.ts';
import type { Brief } from './shapes.ts';

const ann = 'email:ann@lee.example';
const tel = 'tel:+14155550100';
const hal = 'email:hal@acme.example';
const maria = 'email:maria@acme.example';
const bot = { role: 'bot' as const, handle: 'bot:helper' };

type Routed = { agent?: { name?: string }; matter: string; packet: { intent?: string; summary: { asked?: string } } };

const crm = fakeHubspot();
const boughtAt = ago(6 * 30 * 24 * 60);
let on: Scene;
let connected: string;

beforeAll(async () => {
  await crm.fake.start();
  const contact = crm.make('contacts', { email: 'ann@lee.example', tier: 'gold' });
  const deal = crm.make('deals', { dealname: 'Laptop 14', hs_is_closed: 'true', hs_is_closed_won: 'true', closedate: boughtAt, amount: '1499' }); // prettier-ignore
  contact.to.add(deal.id);
  on = await scene();
  await on.team('hardware', { skills: ['hardware'], channels: ['phone', 'chat'] });
  await on.team('service', {});
  await on.staff(hal, 'Hal', 'hardware');
  await on.staff(maria, 'Maria', 'service');
  const { id } = await on.get<{ id: string }>('/v1/connections', {
    json: {
      name: 'hubspot',
      crm: 'hubspot',
      url: crm.fake.url,
      secret: 'pat-1',
      allowPrivate: true,
      settings: { tier: 'tier' },
    },
  });
  connected = id;
  await on.get(`/v1/connections/${id}/test`, { json: { prepare: true } });
  await on.settled();
}, 120_000);
afterAll(async () => {
  await on.close();
  await crm.fake.stop();
});

describe('a broken screen', () => {
  it('is told to a bot for 20 minutes, and is the hardware specialist’s at once', async () => {
    const chat = { source: 'helper', channel: 'chat', conversation: 'chat-1', intent: 'hardware.screen' } as const;
    const signedIn = { ...customer(ann, 'Ann Lee'), also: [{ handle: tel, verified: true }] };
    await on.say({ ...chat, occurredAt: ago(22), text: 'My screen broke.', participants: [signedIn, bot] });
    await on.say({
      ...chat,
      direction: 'outbound',
      occurredAt: ago(21),
      text: 'Have you tried another cable?',
      participants: [bot, customer(ann)],
    });
    await on.say({ ...chat, occurredAt: ago(2), text: 'It did not help.', participants: [signedIn, bot] });
    await on.settled();
    const { responsible, nextStep } = await on.briefOf(ann);
    expect(responsible).toMatchObject({
      answer: { of: 'matter', owner: { name: 'Hal' }, due: expect.any(String) },
      events: [expect.any(String), expect.any(String)],
    });
    expect(nextStep).toMatchObject({
      answer: { what: 'Answer the customer', owner: { name: 'Hal' }, due: responsible.answer!['due'] },
      events: [responsible.events[1]],
    });
  }, 60_000);

  it('is known when she calls from her phone two minutes later', async () => {
    const call = { source: 'telephony', channel: 'phone', conversation: 'call-1', intent: 'hardware.screen' } as const;
    // Words that are not there in 120 ms are left out, so that on a busy machine it is asked again.
    const routed = await eventually(async () => {
      const told = await on.get<Routed>('/v1/route', { json: { handle: tel, ...call } });
      expect(told).toMatchObject({
        agent: { name: 'Hal' },
        packet: { intent: 'hardware.screen', summary: { asked: 'My screen broke.' } },
      });
      return told;
    });
    await on.say({ ...call, occurredAt: ago(0), text: 'I was just chatting.', participants: [customer(tel)] });
    const brief = await on.briefOf(tel);
    expect(brief.now).toMatchObject([
      { channel: 'phone', intent: 'hardware.screen', lastWords: 'I was just chatting.' },
      { channel: 'chat', intent: 'hardware.screen', lastWords: 'It did not help.' },
    ]);
    expect(brief.customer.name).toBe('Ann Lee');
    await on.settled();
    expect(await on.matters({ customer: tel })).toMatchObject([{ id: routed.matter, agent: { name: 'Hal' } }]);
  }, 60_000);

  it('is shown with the laptop that she bought, as the CRM knows it', async () => {
    const known = await eventually(async (): Promise<Brief['crm']> => {
      const { crm: told } = await on.briefOf(tel);
      expect(told.answer).not.toBeNull();
      return told;
    });
    expect(known).toMatchObject({
      answer: {
        connection: connected,
        tier: 'gold',
        stale: false,
        purchases: [{ product: 'Laptop 14', at: boughtAt }],
      },
      events: [expect.any(String)],
    });
  }, 60_000);

  it('is one summary in the CRM when the call is over', async () => {
    await on.say({
      source: 'telephony',
      channel: 'phone',
      conversation: 'call-1',
      direction: 'outbound',
      occurredAt: ago(0),
      text: 'We will send you a new screen tomorrow.',
      participants: [agent(hal), customer(tel)],
    });
    await on.settled();
    const { now } = await on.briefOf(tel);
    const call = now.find(({ channel }) => channel === 'phone')!;
    await on.end(call.conversation, 'resolved');
    const summaries = () => crm.all.filter(({ properties, to }) => properties['throughline_ref'] && to.size > 0);
    await eventually(() => expect(summaries()).toHaveLength(1), { within: 30_000 });
    await on.settled();
    expect(summaries()).toHaveLength(1);
    const summary = JSON.stringify(summaries()[0]!.properties);
    expect(summary).toContain('I was just chatting.');
    expect(summary).toContain('We will send you a new screen tomorrow.');
    const types = (await on.timelineOf(ann, { type: 'all' })).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['assigned', 'promise', 'promise-met', 'session-ended', 'matter-closed', 'delivered']),
    );
    const brief = await on.briefOf(tel);
    expect(brief.now).toMatchObject([{ channel: 'chat' }]);
    expect(await on.matters({ customer: tel })).toEqual([]);
  }, 60_000);
});
