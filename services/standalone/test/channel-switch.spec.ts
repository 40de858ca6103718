import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, customer, scene, type Scene } from './scene.ts';

const ann = 'email:ann@lee.example';
const tel = 'tel:+14155550100';
const hours = 60;

let on: Scene;
beforeAll(async () => {
  on = await scene();
  await on.team('service', { waits: 'P3D' });
  await on.staff('email:maria@acme.example', 'Maria', 'service');
  await on.staff('email:sam@acme.example', 'Sam', 'service');
  await on.settled();
}, 120_000);
afterAll(() => on.close());

describe('a customer who changes the channel', () => {
  it('has one matter and one owner, and three entries', async () => {
    const signedIn = { ...customer(ann, 'Ann Lee'), also: [{ handle: tel, verified: true }] };
    const said = [
      { source: 'chat', channel: 'chat', text: 'Where is my order?', occurredAt: ago(19 * hours), participants: [signedIn] },
      { source: 'mail', channel: 'email', text: 'Any news?', occurredAt: ago(18 * hours), participants: [customer(ann)] },
      { source: 'calls', channel: 'phone', text: 'I wrote twice.', occurredAt: ago(1), participants: [customer(tel)] },
    ] as const; // prettier-ignore
    const owners: unknown[] = [];
    for (const one of said) {
      await on.say({ ...one, participants: [...one.participants], conversation: one.channel });
      await on.settled();
      owners.push((await on.briefOf(ann)).responsible.answer?.['owner']);
    }
    expect(owners[0]).toMatchObject({ name: expect.stringMatching(/Maria|Sam/) });
    expect(owners).toEqual([owners[0], owners[0], owners[0]]);

    const [matter, ...others] = await on.matters({ customer: ann });
    expect(others).toEqual([]);
    const whole = await on.get<{ conversations: unknown[] }>(`/v1/matters/${matter!.id}`);
    expect(whole.conversations).toHaveLength(3);
    expect((await on.timelineOf(tel)).map(({ channel, text }) => [channel, text])).toEqual([
      ['phone', 'I wrote twice.'],
      ['email', 'Any news?'],
      ['chat', 'Where is my order?'],
    ]);
    expect((await on.timelineOf(tel, { type: 'all' })).filter(({ type }) => type === 'assigned')).toHaveLength(1);
  }, 90_000);
});
