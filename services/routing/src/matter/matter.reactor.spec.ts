import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { type World, world } from '../../test/world.ts';

describe('routing', () => {
  let on: World;
  beforeEach(async () => {
    on = await world();
  });
  afterEach(() => on.close());

  it('opens a matter for a conversation, and gives it to whose turn it is', async () => {
    await on.team('support', { channels: ['email'] });
    const bo = await on.agent('email:bo@acme.example');
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: bo, team: 'support', rule: 'turn' }]);
  });

  it('leaves it in the queue of a team, with a deadline, where nobody is there', async () => {
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued', team: 'default', until: expect.any(String) }]);
  });

  it('gives what waits to whoever comes', async () => {
    await on.team('support', { channels: ['email'] });
    await on.say();
    await on.settled();
    const bo = await on.agent('email:bo@acme.example');
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: bo }]);
  });

  it('makes one matter of a chat, a mail and a call of one customer', async () => {
    const [maria] = [on.handle('email:maria@acme.example')];
    await on.owner('account', on.vault.accountId(on.tenant, 'acme'), maria);
    await on.say({ channel: 'chat', conversation: 'chat', at: '2026-05-04T16:00:00Z', account: 'acme' });
    await on.settled();
    await on.say({ channel: 'email', conversation: 'mail', at: '2026-05-04T17:00:00Z', account: 'acme' });
    await on.say({ channel: 'phone', conversation: 'call', at: '2026-05-05T10:00:00Z', account: 'acme' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: maria, rule: 'owner' }]);
    expect(await on.events('MatterJoined')).toHaveLength(2);
  });

  it('makes one matter of what a customer says while a visit is to come in it', async () => {
    const day = 86_400_000;
    const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
    await on.say({ channel: 'chat', conversation: 'chat' });
    await on.settled();
    await on.say({ channel: 'in-person', conversation: 'chat', at: inDays(120) });
    await on.settled();
    await on.say({ channel: 'email', conversation: 'mail' });
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
    // Once it has come, it is a touch like any other.
    await on.say({ channel: 'email', conversation: 'thanks', at: inDays(121) });
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
  });

  it('makes another one of what is said after a visit that was called off, and by its last touch before', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const conversation = on.conversationOf('chat');
    const withdraw = (interaction: string) =>
      on.tell(streamOf.conversation(conversation), 'InteractionAmended', {
        interaction,
        conversation,
        owners: [],
        change: 'withdrawn',
      });
    await on.say({ channel: 'chat', conversation: 'chat', at: inDays(-10) });
    await on.settled();
    await on.say({ channel: 'chat', conversation: 'chat', at: inDays(-1) });
    await withdraw(await on.say({ channel: 'in-person', conversation: 'chat', at: inDays(30) }));
    await on.settled();
    await on.say({ channel: 'email', conversation: 'mail' });
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
    await on.say({ channel: 'email', conversation: 'later', at: inDays(31) });
    await on.settled();
    expect(await on.matters()).toHaveLength(2);
  });

  it('says of what waits for a visit to come since when it does, and not since when it will be', async () => {
    await on.say({ channel: 'in-person', at: new Date(Date.now() + 86_400_000).toISOString() });
    await on.settled();
    const [{ data, recordedAt } = { data: { at: '' }, recordedAt: '' }] = await on.events('MatterOpened');
    expect(Date.parse(data.at)).toBeLessThanOrEqual(Date.parse(recordedAt));
  });

  it('opens no matter for a meeting to come with one of ours, and one for whom nobody of ours meets', async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString();
    await on.say({ channel: 'meeting', conversation: 'demo', with: 'email:bo@acme.example', at });
    await on.settled();
    expect(await on.matters()).toEqual([]);
    // What is said in its conversation is routed as ever.
    await on.say({ channel: 'email', conversation: 'demo' });
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
    await on.say({ from: 'email:cy@example.com', channel: 'in-person', conversation: 'visit', at });
    await on.settled();
    expect(await on.matters()).toHaveLength(2);
    expect(await on.events('PromiseMade')).toHaveLength(1);
  });

  it('takes a meeting to come into the matter that it is about, in whatever batch, and opens none again for it', async () => {
    const meet = (conversation: string) =>
      on.say({
        channel: 'meeting',
        conversation,
        with: 'email:bo@acme.example',
        at: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      });
    await on.say({ channel: 'chat', conversation: 'chat' });
    await meet('first');
    await on.settled();
    await meet('second');
    await on.settled();
    const joined = (await on.events('MatterJoined')).map(({ data }) => data.conversation);
    expect(joined).toEqual(['first', 'second'].map(on.conversationOf));
    const [one] = await on.matters();
    const at = new Date().toISOString();
    const heard = Number(await on.ledger.head());
    await on.tell(streamOf.matter(one!.matter), 'MatterClosed', { matter: one!.matter, at, heard, by: 'hand' });
    await on.settled();
    for (const conversation of ['first', 'third']) await meet(conversation);
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'closed' }]);
    expect(await on.events('MatterJoined')).toHaveLength(2);
  });

  it('takes a meeting to come into no matter that was opened later, though all is heard again', async () => {
    const ahead = new Date(Date.now() + 86_400_000).toISOString();
    await on.say({ channel: 'meeting', conversation: 'meeting', with: 'email:bo@acme.example', at: ahead });
    await on.settled();
    await on.say({ channel: 'chat', conversation: 'chat' });
    const head = await on.settled();
    await on.projectorDb.query(
      `update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'routing.reactor'`,
    );
    await on.say({ backfill: true });
    expect(await on.settled()).toBe(head + 1n);
  });

  it('opens one for a meeting that is told once it has begun', async () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    await on.say({ channel: 'meeting', with: 'email:bo@acme.example', at });
    await on.settled();
    expect(await on.matters()).toHaveLength(1);
  });

  it('moves the open work when the account has another owner, with a packet', async () => {
    const [sam, maria] = ['email:sam@acme.example', 'email:maria@acme.example'].map(on.handle) as [string, string];
    const acme = on.vault.accountId(on.tenant, 'acme');
    await on.owner('account', acme, sam);
    await on.say({ account: 'acme' });
    await on.settled();
    await on.owner('account', acme, maria);
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: maria, rule: 'owner' }]);
    expect((await on.events('MatterHandedOn'))[0]!.data).toMatchObject({
      from: sam,
      because: 'owner-changed',
      packet: { tried: [{ agent: sam }], conversations: [expect.any(String)] },
    });
    await on.say({ account: 'acme' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ agent: maria }]);
  });

  it('moves the open work to the owner whom a link tells of', async () => {
    const [ann, bea] = ['email:ann@example.com', 'email:bea@example.com'].map(on.handle) as [string, string];
    const maria = on.handle('email:maria@acme.example');
    await on.owner('customer', bea, maria);
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'queued' }]);
    await on.link(ann, bea);
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: maria, rule: 'owner' }]);
  });

  it('moves it also where what the customer says is the evidence', async () => {
    const maria = on.handle('email:maria@acme.example');
    await on.owner('customer', on.handle('email:bea@example.com'), maria);
    await on.say();
    await on.settled();
    await on.say({ conversation: 'other', also: 'email:bea@example.com' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: maria, rule: 'owner' }]);
  });

  it('gives it back when the link is retracted, to whoever the customer had, and else leaves it where it is', async () => {
    const [ann, bea, dan] = ['ann', 'bea', 'dan'].map((name) => on.handle(`email:${name}@example.com`)) as [string, string, string]; // prettier-ignore
    const [sam, maria] = ['email:sam@acme.example', 'email:maria@acme.example'].map(on.handle) as [string, string];
    await on.owner('customer', ann, sam);
    await on.owner('customer', bea, maria);
    for (const from of ['email:ann@example.com', 'email:dan@example.com']) await on.say({ from });
    await on.settled();
    for (const one of [ann, dan]) await on.link(one, bea);
    await on.settled();
    expect(await on.matters()).toMatchObject([{ agent: maria }, { agent: maria }]);
    for (const one of [ann, dan]) await on.retract(one, bea);
    await on.settled();
    const agents = (await on.events('MatterAssigned')).map(({ data }) => data.agent);
    expect(agents).toEqual([sam, maria, maria, sam]);
  });

  it('takes no chat from who is there to an owner who is not, whom only a link tells of', async () => {
    const bea = 'email:bea@example.com';
    const bo = await on.agent('email:bo@acme.example', { teams: ['default'] });
    const maria = await on.agent('email:maria@acme.example', { teams: [] });
    await on.tell(streamOf.agent(maria), 'AgentPresenceChanged', { agent: maria, presence: 'away' });
    await on.owner('customer', on.handle(bea), maria);
    await on.say({ channel: 'chat', conversation: 'chat' });
    await on.say({ from: 'email:dan@example.com', conversation: 'mail' });
    await on.settled();
    expect(await on.matters()).toMatchObject([{ agent: bo }, { agent: bo }]);
    await on.say({ channel: 'chat', conversation: 'chat', also: bea });
    await on.say({ from: 'email:dan@example.com', conversation: 'mail', also: bea });
    await on.settled();
    const agents = new Map(
      (await on.matters()).map(({ asked, agent }) => [JSON.parse(asked).channel as string, agent]),
    );
    expect(agents).toEqual(
      new Map([
        ['chat', bo],
        ['email', maria],
      ]),
    );
  });

  it('leaves what a person gave to somebody where it is, whoever else the customer is linked to', async () => {
    const [ann, bea] = ['email:ann@example.com', 'email:bea@example.com'].map(on.handle) as [string, string];
    const [sam, maria] = ['email:sam@acme.example', 'email:maria@acme.example'].map(on.handle) as [string, string];
    await on.owner('customer', ann, maria);
    await on.say();
    await on.settled();
    const { matter } = (await on.matters())[0]!;
    const place = { matter, at: '2026-05-04T10:00:00Z', heard: Number(await on.ledger.head()) };
    const decision = { rule: 'hand' as const, inputs: {}, alternatives: [] };
    await on.tell(streamOf.matter(matter), 'MatterAssigned', { ...place, agent: sam, decision });
    await on.link(ann, bea);
    await on.settled();
    expect(await on.matters()).toMatchObject([{ agent: sam, rule: 'hand' }]);
  });

  it('goes by the owner whom one CRM tells, whatever another one does not know', async () => {
    const [subject, maria] = ['email:ann@example.com', 'email:maria@acme.example'].map(on.handle) as [string, string];
    const told = (data: { found: 'one' | 'none'; owner?: { id: string } }) => {
      const connection = randomUUID();
      const read = { connection, subject, at: '2026-05-04T09:00:00Z', ...data };
      return on.tell(streamOf.context(connection, subject), 'CrmContextRead', read);
    };
    await told({ found: 'one', owner: { id: maria } });
    await told({ found: 'none' });
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'owned', agent: maria, rule: 'owner' }]);
  });

  it('opens a closed matter again for a new message, with who had it', async () => {
    await on.team('support', { channels: ['email'] });
    const bo = await on.agent('email:bo@acme.example');
    await on.say();
    await on.settled();
    const { matter } = (await on.matters())[0]!;
    await on.tell(streamOf.conversation(on.conversationOf('email:ann@example.com')), 'SessionEnded', {
      conversation: on.conversationOf('email:ann@example.com'), session: 1, by: 'hand', at: '2026-05-04T18:00:00Z', outcome: 'resolved',
    }); // prettier-ignore
    await on.settled();
    expect(await on.matters()).toMatchObject([{ state: 'closed' }]);
    expect(await on.events('TurnReleased')).toMatchObject([{ data: { because: 'closed', agent: bo } }]);
    await on.say();
    await on.settled();
    expect(await on.matters()).toMatchObject([{ matter, state: 'owned', agent: bo, rule: 'holder' }]);
  });

  it('does nothing about history, automatic mail, and what we say', async () => {
    await on.say({ backfill: true, conversation: 'old' });
    await on.say({ automatic: true, conversation: 'automatic' });
    await on.say({ direction: 'outbound', conversation: 'ours' });
    await on.settled();
    expect(await on.matters()).toEqual([]);
    expect(await on.ledger.head()).toBe(3n);
  });

  it('hands on all that an agent had when they go: 500 matters, each with a packet', async () => {
    await on.team('support', { channels: ['email'] });
    const bo = await on.agent('email:bo@acme.example', { capacity: 1_000 });
    for (let n = 0; n < 500; n += 1) await on.say({ from: `email:c${n}@example.com` });
    await on.settled();
    expect((await on.matters()).filter(({ agent }) => agent === bo)).toHaveLength(500);
    const others = await Promise.all(
      ['cy', 'di'].map((name) => on.agent(`email:${name}@acme.example`, { capacity: 1_000 })),
    );
    await on.tell(streamOf.agent(bo), 'AgentRemoved', { agent: bo });
    await on.settled();
    const agents = (await on.matters()).map(({ agent }) => agent);
    expect(others.map((other) => agents.filter((agent) => agent === other).length)).toEqual([250, 250]);
    expect(await on.events('MatterHandedOn')).toHaveLength(500);
  });
});
