import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, streamOf } from '@throughline/contracts';
import { memoryLedger } from '@throughline/ledger';
import { type Said, type World, world } from '../../test/world.ts';
import { tellDue } from '../matter/deadline.reactor.ts';
import { promiseEvents } from './promise.projector.ts';

const office: DataOf<'CalendarDefined'> = {
  calendar: 'business',
  version: 1,
  zone: 'Europe/Berlin',
  hours: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, [{ from: '09:00', to: '18:00' }]]),
  ),
  holidays: [],
};

describe('promises', () => {
  let on: World;
  let now: string;
  beforeEach(async () => {
    on = await world({
      ledger: () => Promise.resolve(memoryLedger({ now: () => BigInt(Date.parse(now)) * 1_000n })),
    });
    now = '2026-04-30T08:00:00Z';
    await on.tell(streamOf.calendar('business'), 'CalendarDefined', office);
  });
  afterEach(() => on.close());

  /** It is that time, and something is said; heard of at once unless it says when it was said. */
  const say = async (at: string, said: Said): Promise<void> => {
    now = at;
    await on.say({ at, ...said });
    await on.settled();
  };
  /** It is that time, and the clock tells what is due. */
  const tick = async (at: string): Promise<void> => {
    now = at;
    await tellDue(on.routers[0]!, on.projectorDb, new Date(at));
    await on.settled();
  };
  const told = async () =>
    (await on.events(...promiseEvents)).map(({ type, data, occurredAt }) => ({
      type,
      at: `${occurredAt.slice(0, 19)}Z`,
      data,
    }));
  const rows = async () =>
    (
      await on.projectorDb.query(
        'select target, state, due, breached, met, since from routing.promise where tenant = $1 order by since',
        [on.tenant],
      )
    ).rows;

  const lead = { channel: 'form', kind: 'sales' } as const;

  it('is met by a meeting that was to come once its session has ended, and by none that is still to come', async () => {
    await say('2026-05-04T08:00:00Z', { channel: 'chat', kind: 'support', conversation: 'one' });
    now = '2026-05-04T08:10:00Z';
    await on.say({
      channel: 'meeting',
      conversation: 'one',
      with: 'email:bo@acme.example',
      at: '2026-05-04T10:00:00Z',
    });
    await on.settled();
    expect(await rows()).toMatchObject([{ state: 'open' }]);
    now = '2026-05-04T10:30:00Z';
    const conversation = on.conversationOf('one');
    const end = { conversation, session: 1, by: 'hand', at: now } as const;
    await on.tell(streamOf.conversation(conversation), 'SessionEnded', end);
    await on.settled();
    expect(await rows()).toMatchObject([{ state: 'met', breached: false }]);
    expect((await told()).at(-1)).toMatchObject({ type: 'PromiseMet', at: '2026-05-04T10:00:00Z' });
  });

  it('is met by a meeting of another conversation that was to come, as of when it was', async () => {
    await say('2026-05-04T08:00:00Z', { channel: 'chat', conversation: 'one' });
    now = '2026-05-04T08:10:00Z';
    await on.say({
      channel: 'meeting',
      conversation: 'calendar',
      with: 'email:bo@acme.example',
      at: '2026-05-04T10:00:00Z',
    });
    await on.settled();
    expect(await rows()).toMatchObject([{ state: 'open' }]);
    now = '2026-05-04T12:30:00Z';
    const conversation = on.conversationOf('calendar');
    const end = { conversation, session: 1, by: 'quiet', at: '2026-05-04T12:00:00Z', quiet: 'PT2H' } as const;
    await on.tell(streamOf.conversation(conversation), 'SessionEnded', end);
    await on.settled();
    expect(await rows()).toMatchObject([{ state: 'met', breached: false, met: '2026-05-04T10:00:00.000000Z' }]);
  });

  describe('where a meeting is called off', () => {
    const meeting = { channel: 'meeting', conversation: 'one', with: 'email:bo@acme.example' } as const;
    const conversation = () => on.conversationOf('one');
    const withdraw = async (at: string, interaction: string) => {
      now = at;
      const data = { interaction, conversation: conversation(), owners: [], change: 'withdrawn' as const };
      await on.tell(streamOf.conversation(conversation()), 'InteractionAmended', data);
      await on.settled();
    };
    const end = async (at: string, outcome?: string) => {
      now = at;
      const data = { conversation: conversation(), session: 1, by: 'hand', at, ...(outcome && { outcome }) } as const;
      await on.tell(streamOf.conversation(conversation()), 'SessionEnded', data);
      await on.settled();
    };
    let interaction: string;
    beforeEach(async () => {
      await say('2026-05-04T08:00:00Z', { channel: 'chat', kind: 'support', conversation: 'one' });
      now = '2026-05-04T08:10:00Z';
      interaction = await on.say({ ...meeting, at: '2026-05-04T10:00:00Z' });
      await on.settled();
    });

    it('is not met by it once the time that it was to be is past', async () => {
      await withdraw('2026-05-04T09:00:00Z', interaction);
      await end('2026-05-04T10:30:00Z');
      expect(await rows()).toMatchObject([{ state: 'open' }]);
      await tick('2026-05-04T12:00:01Z');
      expect(await rows()).toMatchObject([{ state: 'open', breached: true }]);
    });

    it('is met at the other time to which it is put off', async () => {
      await withdraw('2026-05-04T09:00:00Z', interaction);
      await on.say({ ...meeting, at: '2026-05-04T11:00:00Z' });
      await end('2026-05-04T11:30:00Z');
      expect(await rows()).toMatchObject([{ state: 'met', met: '2026-05-04T11:00:00.000000Z' }]);
    });

    it('is open again where that comes in late', async () => {
      await end('2026-05-04T10:30:00Z');
      expect(await rows()).toMatchObject([{ state: 'met' }]);
      await withdraw('2026-05-04T10:40:00Z', interaction);
      expect(await rows()).toMatchObject([{ state: 'open', breached: false, met: null }]);
      expect((await told()).at(-1)).toMatchObject({ type: 'PromiseCorrected' });
    });

    it('is not met by what was to come when its session was ended as cancelled, in whatever case that is said', async () => {
      await end('2026-05-04T09:00:00Z', 'Cancelled');
      await say('2026-05-04T10:30:00Z', { channel: 'chat', kind: 'support', conversation: 'one' });
      expect(await rows()).toMatchObject([{ state: 'open' }]);
    });

    it('is met by what was held before, and by what was arranged since', async () => {
      await end('2026-05-04T10:30:00Z');
      expect(await rows()).toMatchObject([{ state: 'met', met: '2026-05-04T10:00:00.000000Z' }]);
      await say('2026-05-04T10:40:00Z', { channel: 'chat', kind: 'support', conversation: 'one' });
      await end('2026-05-04T10:50:00Z', 'rescheduled');
      await on.say({ ...meeting, at: '2026-05-04T12:00:00Z' });
      await end('2026-05-04T12:30:00Z');
      expect(await rows()).toMatchObject([{ state: 'met' }, { state: 'met', met: '2026-05-04T12:00:00.000000Z' }]);
    });
  });

  it('is met by no meeting that is told as cancelled, and by an answer though it is withdrawn', async () => {
    await say('2026-05-04T08:00:00Z', { channel: 'chat', conversation: 'one' });
    await say('2026-05-04T08:10:00Z', {
      channel: 'meeting',
      conversation: 'one',
      with: 'email:bo@acme.example',
      end: { outcome: 'no-show' },
    });
    expect(await rows()).toMatchObject([{ state: 'open' }]);
    const conversation = on.conversationOf('one');
    now = '2026-05-04T08:20:00Z';
    const interaction = await on.say({ channel: 'chat', conversation: 'one', by: 'agent', at: now });
    const data = { interaction, conversation, owners: [], change: 'withdrawn' as const };
    await on.tell(streamOf.conversation(conversation), 'InteractionAmended', data);
    await on.settled();
    expect(await rows()).toMatchObject([{ state: 'met' }]);
  });

  it('is over with its matter, though whoever closed that goes by a clock ahead of the ledger’s', async () => {
    await say('2026-05-04T08:00:00Z', lead);
    const { matter } = (await on.matters())[0]!;
    now = '2026-05-04T08:01:00Z';
    const at = '2026-05-04T08:01:00.250Z';
    const heard = Number(await on.ledger.head());
    await on.tell(streamOf.matter(matter), 'MatterClosed', { matter, at, heard, by: 'hand' });
    await on.settled();
    expect((await told()).map(({ type }) => type)).toEqual(['PromiseMade', 'PromiseEnded']);
  });

  describe('five minutes', () => {
    const late = {
      state: 'met',
      due: '2026-05-04T07:03:00.000000Z',
      breached: true,
      met: '2026-05-04T07:04:00.000000Z',
      since: '2026-05-01T15:58:00.000000Z',
    };
    const events = [
      ['PromiseMade', '2026-05-01T15:58:00Z', { countedFrom: '2026-05-01T15:58:00Z', dueAt: '2026-05-04T07:03:00.000Z', calendarVersion: 1 }],
      ['PromiseBreached', '2026-05-04T07:03:00Z', {}],
      ['PromiseMet', '2026-05-04T07:04:00Z', { late: true }],
    ].map(([type, at, data]) => ({ type, at, data: expect.objectContaining(data as object) })); // prettier-ignore

    it('of a lead of Friday 17:58 end on Monday at 9:03: answered at 9:04 is one breach', async () => {
      await say('2026-05-01T15:58:00Z', lead);
      await tick('2026-05-04T07:02:59Z');
      expect(await rows()).toMatchObject([{ state: 'open', breached: false, met: null }]);
      await tick('2026-05-04T07:03:01Z');
      expect(await rows()).toMatchObject([{ state: 'open', breached: true, met: null }]);
      await tick('2026-05-04T07:03:30Z');
      await say('2026-05-04T07:04:00Z', { ...lead, by: 'agent' });
      expect(await rows()).toMatchObject([late]);
      expect(await told()).toEqual(events);
    });

    it('are the same, event for event, when the scheduler slept', async () => {
      await say('2026-05-01T15:58:00Z', lead);
      await say('2026-05-04T07:04:00Z', { ...lead, by: 'agent' });
      await tick('2026-05-04T08:10:00Z');
      expect(await rows()).toMatchObject([late]);
      expect(await told()).toEqual(events);
    });

    it('are kept by an answer within them, and by no bot', async () => {
      await say('2026-05-04T07:00:00Z', lead);
      await say('2026-05-04T07:01:00Z', { ...lead, by: 'bot' });
      await say('2026-05-04T07:02:00Z', { ...lead, by: 'agent', automatic: true });
      expect(await rows()).toMatchObject([{ state: 'open' }]);
      await say('2026-05-04T07:05:00Z', { ...lead, by: 'agent' });
      await tick('2026-05-04T09:00:00Z');
      expect(await rows()).toMatchObject([{ state: 'met', breached: false }]);
    });
  });

  describe('a box that was away', () => {
    const friday = '2026-05-01T20:00:00Z';
    const mail = { channel: 'email', kind: 'sales', at: friday } as const;

    it('is answered for from when the customer wrote', async () => {
      await say('2026-05-04T10:00:00Z', mail);
      expect(await on.matters()).toMatchObject([{ state: 'queued', until: expect.any(String) }]);
      expect(await rows()).toMatchObject([
        { since: '2026-05-01T20:00:00.000000Z', due: '2026-05-04T07:05:00.000000Z', breached: true, state: 'open' },
      ]);
    });

    it('takes a breach back when the answer of the weekend comes in after it', async () => {
      await say('2026-05-04T10:00:00Z', mail);
      await say('2026-05-04T10:00:30Z', { ...mail, by: 'agent', at: '2026-05-02T12:00:00Z' });
      expect(await rows()).toMatchObject([
        { target: 'first-response', state: 'met', breached: false, met: '2026-05-02T12:00:00.000000Z' },
      ]);
      expect((await told()).map(({ type }) => type)).toEqual(['PromiseMade', 'PromiseBreached', 'PromiseCorrected']);
    });

    it('is history where it is imported: neither owned nor promised', async () => {
      await say('2026-05-04T10:00:00Z', { ...mail, backfill: true });
      await tick('2026-05-05T10:00:00Z');
      expect(await on.matters()).toEqual([]);
      expect([await rows(), await told()]).toEqual([[], []]);
    });
  });

  it('are of every later answer as well, and of all conversations of a matter', async () => {
    await say('2026-05-04T08:00:00Z', { channel: 'chat', conversation: 'chat' });
    await say('2026-05-04T08:10:00Z', { channel: 'email', conversation: 'mail', by: 'agent' });
    expect(await rows()).toMatchObject([{ state: 'open' }]);
    await say('2026-05-04T08:20:00Z', { channel: 'email', conversation: 'mail' });
    expect(await rows()).toMatchObject([
      { target: 'first-response', state: 'met', met: '2026-05-04T08:10:00.000000Z' },
      { target: 'next-response', state: 'open', due: '2026-05-04T12:20:00.000000Z' },
    ]);
  });

  it('end with their matter, and begin again with it', async () => {
    await say('2026-05-04T08:00:00Z', { channel: 'chat' });
    now = '2026-05-04T09:00:00Z';
    const conversation = on.conversationOf('email:ann@example.com');
    const data = { conversation, session: 1, by: 'hand' as const, at: now, outcome: 'resolved' };
    await on.tell(streamOf.conversation(conversation), 'SessionEnded', data);
    await on.settled();
    await tick('2026-05-05T09:00:00Z');
    expect(await rows()).toMatchObject([{ state: 'ended', breached: false }]);
    await say('2026-05-05T10:00:00Z', { channel: 'chat' });
    expect(await rows()).toMatchObject([
      { state: 'ended' },
      { target: 'next-response', state: 'open', since: '2026-05-05T10:00:00.000000Z' },
    ]);
  });

  it('go on where they were when all is heard again', async () => {
    await say('2026-05-01T15:58:00Z', lead);
    await say('2026-05-04T07:04:00Z', { ...lead, by: 'agent' });
    await say('2026-05-04T07:20:00Z', lead);
    const head = await on.settled();
    await on.projectorDb.query(
      `update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'routing.reactor'`,
    );
    await on.say({ ...lead, backfill: true });
    expect(await on.settled()).toBe(head + 1n);
  });
});
