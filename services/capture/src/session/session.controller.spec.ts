import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type InteractionInput, type Recorded, streamOf } from '@throughline/contracts';
import { CaptureServiceClient } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { eventually } from '@throughline/testing';
import { said } from '../../test/said.ts';
import { type Served, served } from '../../test/served.ts';
import { tellQuiet } from './clock.ts';

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const say = async (conversation: string, more: Partial<InteractionInput> = {}): Promise<string> => {
  const { status, body } = await on.ask('/v1/interactions', { json: said({ conversation, ...more }) });
  expect(status).toBe(201);
  const [stored] = await on.ledger.tail(BigInt(body.position) - 1n, { limit: 1 });
  return (JSON.parse(stored!.data) as { conversation: string }).conversation;
};

/** What a look at the clock at this time tells, once all is heard. */
const lookAt = async (now: string): Promise<void> => {
  const head = await on.ledger.head();
  for (const { following } of on.reactors.running) expect(await following.waitFor(head, 20_000)).toBe(true);
  await tellQuiet(on, new Date(now));
};

const endsIn = async (conversation: string): Promise<Recorded<'SessionEnded'>['data'][]> => {
  const events = await on.vault.open('default', await on.ledger.read('default', streamOf.conversation(conversation)));
  return events.filter((event) => event.type === 'SessionEnded').map(({ data }) => data);
};

describe('quiet', () => {
  it('ends what was said, as of its own time, once; and what is said later is another session', async () => {
    const talk = await say('quiet', { occurredAt: '2026-05-04T09:30:00Z' });
    await lookAt('2026-05-04T09:59:00Z');
    expect(await endsIn(talk)).toEqual([]);
    await Promise.all(['10:00', '10:01', '12:00'].map((time) => lookAt(`2026-05-04T${time}:00Z`)));
    const first = { conversation: talk, session: 1, by: 'quiet', at: '2026-05-04T10:00:00.000Z', quiet: 'PT30M' };
    expect(await endsIn(talk)).toEqual([first]);
    await say('quiet', { occurredAt: '2026-05-04T13:00:00Z' });
    await lookAt('2026-05-04T20:00:00Z');
    expect(await endsIn(talk)).toEqual([first, { ...first, session: 2, at: '2026-05-04T13:30:00.000Z' }]);
    await lookAt('2026-05-05T00:00:00Z');
    expect(await endsIn(talk)).toHaveLength(2);
  });

  it('ends no history', async () => {
    const talk = await say('history', { backfill: true, end: { outcome: 'resolved' } });
    await lookAt('2026-06-01T00:00:00Z');
    expect(await endsIn(talk)).toEqual([]);
  });

  it('ends conversations that became one as one, in the older one', async () => {
    const mail = (key: string, occurredAt: string, mentions: string[] = []) =>
      say(key, { channel: 'email', key, occurredAt, mentions: [key, ...mentions] });
    const older = await mail('a@x', '2026-05-04T09:00:00Z');
    const younger = await mail('b@x', '2026-05-05T09:00:00Z');
    await mail('c@x', '2026-05-06T09:00:00Z', ['a@x', 'b@x']);
    await eventually(async () => expect((await on.events()).some((event) => event.type === 'ConversationsJoined' && event.data.from === younger)).toBe(true)); // prettier-ignore
    await lookAt('2026-05-09T08:00:00Z');
    expect([...(await endsIn(older)), ...(await endsIn(younger))]).toEqual([]);
    await lookAt('2026-05-09T09:00:00Z');
    await lookAt('2026-05-20T09:00:00Z');
    expect(await endsIn(older)).toMatchObject([{ session: 1, by: 'quiet', at: '2026-05-09T09:00:00.000Z' }]);
    expect(await endsIn(younger)).toEqual([]);
  });

  it('is as long as a tenant says', async () => {
    const usual = await on.ask('/v1/policies/session');
    expect(usual.body).toMatchObject({ quiet: { chat: 'PT30M', email: 'P3D' } });
    const put = (quiet: object) => on.ask('/v1/policies/session', { method: 'PUT', json: { quiet } });
    expect((await put({ chat: 'half an hour' })).body.errors).toMatchObject([{ pointer: '/quiet/chat' }]);
    expect((await put({ pigeon: 'PT1H' })).status).toBe(422);
    const set = await put({ social: 'PT5M' });
    expect([set.status, (await put({ social: 'PT5M' })).body]).toEqual([200, set.body]);
    expect((await on.ask('/v1/policies/session')).body).toEqual({ quiet: { social: 'PT5M' } });
    const [post, chat] = [await say('policy 1', { channel: 'social' }), await say('policy 2')];
    await lookAt('2026-05-04T09:35:00Z');
    await lookAt('2026-06-01T00:00:00Z');
    expect(await endsIn(post)).toMatchObject([{ at: '2026-05-04T09:35:00.000Z', quiet: 'PT5M' }]);
    expect(await endsIn(chat)).toEqual([]);
    await put({ chat: 'PT30M' });
  });
});

describe('the channel', () => {
  it('ends the session of a call with it', async () => {
    const end = { at: '2026-05-04T11:00:00+01:00', outcome: 'answered' };
    const call = await say('call', { channel: 'phone', occurredAt: '2026-05-04T09:30:00Z', end });
    const ended = {
      conversation: call,
      session: 1,
      by: 'channel',
      at: '2026-05-04T10:00:00.000Z',
      outcome: 'answered',
    };
    await eventually(async () => expect(await endsIn(call)).toEqual([ended]));
  });

  it('ends a meeting that is told once it is over, and none that is still to come', async () => {
    const meet = (conversation: string, from: number) =>
      say(conversation, {
        channel: 'meeting',
        occurredAt: new Date(Date.now() + from).toISOString(),
        end: { at: new Date(Date.now() + from + 1_800_000).toISOString() },
      });
    const [toCome, over] = [await meet('to come', 3_600_000), await meet('held', -3_600_000)];
    await eventually(async () => expect(await endsIn(over)).toMatchObject([{ by: 'channel' }]));
    expect(await endsIn(toCome)).toEqual([]);
  });

  it('does not end anything before it began', async () =>
    expect((await on.ask('/v1/interactions', { json: said({ end: { at: '2026-05-04T09:29:59Z' } }) })).body.errors).toEqual(
      [{ pointer: '/end/at', reason: 'is before occurredAt' }],
    )); // prettier-ignore
});

describe('a conversation that is closed twice', () => {
  it('was over the first time, and is not given another outcome', async () => {
    const talk = await say('twice', { occurredAt: new Date().toISOString() });
    const path = `/v1/conversations/${talk}/end`;
    const first = await on.ask(path, { json: {} });
    const told = await on.ask(path, { json: { outcome: 'resolved' } });
    expect([first.status, told.status]).toEqual([200, 200]);
    expect((await on.ask(path, { json: { outcome: 'resolved' } })).body).toEqual(told.body);
    expect((await on.ask(path, { json: {} })).body).toEqual(told.body);
    expect(await on.ask(path, { json: { outcome: 'unclear' } })).toMatchObject({
      status: 409,
      body: { code: 'SessionOver', detail: expect.stringMatching(/outcome resolved/) },
    });
    expect(await endsIn(talk)).toMatchObject([{ session: 1 }, { session: 1, outcome: 'resolved' }]);
  });
});

describe('the same over gRPC', () => {
  let client: CaptureServiceClient;
  beforeAll(() => {
    client = new CaptureServiceClient(on.at.grpc!, credentials.createInsecure());
  });
  afterAll(() => client.close());

  type Done<Answer> = (error: ServiceError | null, answer: Answer) => void;
  const call = <Answer>(begin: (done: Done<Answer>) => unknown) =>
    new Promise<Answer>((resolve, reject) => begin((error, answer) => (error ? reject(error) : resolve(answer))));
  const over = (id: string, outcome?: string) =>
    call<{ position: bigint; event: string }>((done) => client.endSession({ id, outcome }, done));

  it('ends a session once, as REST does', async () => {
    const talk = await say('over grpc', { occurredAt: new Date().toISOString() });
    const { event, position } = await over(talk, 'resolved');
    const again = await on.ask(`/v1/conversations/${talk}/end`, { json: { outcome: 'resolved' } });
    expect(again.body).toEqual({ event, position: Number(position) });
    expect(await endsIn(talk)).toMatchObject([{ session: 1, outcome: 'resolved' }]);
    await expect(over(talk, 'unclear')).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
  });

  it('refuses what is no conversation', async () => {
    const nothing = '99999999-9999-4999-8999-999999999999';
    await expect(over(nothing)).rejects.toMatchObject({ code: status.NOT_FOUND });
    const invalid = { code: status.INVALID_ARGUMENT };
    await expect(over('x')).rejects.toMatchObject({ ...invalid, details: expect.stringContaining('/id') });
    await expect(over(nothing, 'a\0')).rejects.toMatchObject({
      ...invalid,
      details: expect.stringContaining('/outcome'),
    });
  });

  it('keeps the policy, which is said as a whole', async () => {
    const get = () => call<{ policy?: object }>((done) => client.getSessionPolicy({}, done));
    const set = (policy?: { quiet: Record<string, string> }) =>
      call<{ position: bigint }>((done) => client.setSessionPolicy({ policy }, done));
    const before = (await on.ask('/v1/policies/session')).body;
    expect((await get()).policy).toEqual(before);
    const { position } = await set({ quiet: { social: 'PT6M' } });
    expect((await set({ quiet: { social: 'PT6M' } })).position).toBe(position);
    expect((await on.ask('/v1/policies/session')).body).toEqual({ quiet: { social: 'PT6M' } });
    for (const [policy, where] of [
      [undefined, '/policy'],
      [{ quiet: { chat: '1 h' } }, '/policy/quiet/chat'],
    ] as const)
      // prettier-ignore
      await expect(set(policy)).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining(where),
      });
    await set({ quiet: {} });
    expect((await get()).policy).toEqual({ quiet: {} });
    await set(before as never);
  });
});
