import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import type { ReplayRequest, ReplayResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { memoryLedger } from '@throughline/ledger';
import { eventually } from '@throughline/testing';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import { placeIn, tokenOf } from './token.ts';

const ann = 'email:ann@example.com';
const at = '2026-05-04T09:30:00Z';

let on: Served;
/** The furthest position that the server asked its ledger for, per tenant. */
const read = new Map<string | undefined, number>();

beforeAll(async () => {
  const ledger = memoryLedger();
  const id = randomUUID();
  on = await served({
    ledger: {
      ...ledger,
      forkAt: async (position) => (await ledger.forkAt(position)) && { epoch: 1, id },
      tail: async (after, options) => {
        const page = await ledger.tail(after, options);
        const furthest = Number(page.at(-1)?.position ?? 0);
        read.set(options?.tenant, Math.max(read.get(options?.tenant) ?? 0, furthest));
        return page;
      },
    },
  });
  await on.say(
    'one',
    { at, from: ann, conversation: 'broken', channel: 'chat', text: 'It cracked.' },
    { at, from: 'email:bo@example.com', conversation: 'other', channel: 'email', text: 'Something else.' },
  );
  const { stream } = (await on.ledger.tail(0n, { tenant: 'one' }))[0]!;
  const conversation = stream.replace('conversation-', '');
  await on.append('one', stream, [event('SessionEnded', { conversation, session: 1, by: 'hand', at })]);
  await on.say('two', { at, from: ann, text: 'Of another tenant.' });
}, 60_000);
afterAll(() => on.close());

const as = (tenant: string): Metadata => {
  const metadata = new Metadata();
  metadata.set('x-tenant', tenant);
  return metadata;
};
const begin = (asked: Partial<ReplayRequest> = {}, tenant = 'one') =>
  on.ledgerClient.replay({ types: [], follow: false, ...asked }, as(tenant));
const replayed = async (asked: Partial<ReplayRequest> = {}, tenant = 'one'): Promise<ReplayResponse[]> => {
  const answers: ReplayResponse[] = [];
  for await (const answer of begin(asked, tenant)) answers.push(answer as ReplayResponse);
  return answers;
};
const positions = async (asked: Partial<ReplayRequest> = {}, tenant = 'one') =>
  (await replayed(asked, tenant)).flatMap(({ events }) => events.map(({ position }) => Number(position)));
const refusal = (asked: Partial<ReplayRequest>): Promise<[number, string]> =>
  replayed(asked).then(
    () => Promise.reject(new Error('it was not refused')),
    (error: ServiceError) => [error.code, error.details],
  );
const resume = (value: string) => ({ from: { $case: 'resume' as const, value } });
const from = (value: bigint) => ({ from: { $case: 'position' as const, value } });

describe('a replay', () => {
  it('tells a tenant its events, opened for whom may open them, and ends where the ledger ended', async () => {
    const [page, end, ...more] = await replayed();
    expect(more).toEqual([]);
    expect(page!.events.map(({ position, type }) => [position, type])).toEqual([
      [1n, 'InteractionCaptured'],
      [2n, 'InteractionCaptured'],
      [3n, 'SessionEnded'],
    ]);
    const { data, meta, occurredAt } = page!.events[0]!;
    expect(JSON.parse(data)).toMatchObject({ channel: 'chat', text: 'It cracked.', participants: [{ handle: ann }] }); // prettier-ignore
    expect([JSON.parse(meta), occurredAt]).toEqual([{ actor: 'spec', schema: 1 }, { seconds: BigInt(Date.parse(at) / 1_000), nanos: 0 }]); // prettier-ignore
    expect(end).toMatchObject({ events: [], position: 4n, done: true });
  });

  it.each<[string, Partial<ReplayRequest>, number[]]>([
    ['a position', from(2n), [2, 3]],
    ['the position after the head', from(5n), []],
    ['types', { types: ['SessionEnded', 'NoteWritten'] }, [3]],
    ['a channel', { channel: 'email' }, [2]],
    ['what streams begin with', { streamPrefix: 'handle-' }, []],
  ])('is narrowed by %s', async (_, asked, wanted) => expect(await positions(asked)).toEqual(wanted));

  it('is narrowed to a customer, though it begins in the middle of their conversation', async () => {
    await on.caughtUp();
    expect(await positions({ customer: ann })).toEqual([1, 3]);
    expect(await positions({ customer: ann, ...from(2n) })).toEqual([3]);
    expect(await refusal({ customer: 'email:nobody@example.com' })).toEqual([status.NOT_FOUND, expect.any(String)]);
  });

  it('goes on after what came last', async () => {
    const [first, end] = await replayed({ types: ['SessionEnded'] });
    expect(placeIn(first!.resume)).toMatchObject({ fork: { epoch: 1 }, position: 3n });
    expect(await positions(resume(first!.resume))).toEqual([]);
    await on.say('one', { at, from: ann, text: 'Later.' });
    expect(await positions(resume(end!.resume))).toEqual([5]);
    // As who does not know of ids gives it out.
    const place = placeIn(end!.resume);
    expect(place.fork.id).not.toBeNull();
    expect(await positions(resume(tokenOf({ ...place, fork: { ...place.fork, id: null } })))).toEqual([5]);
  });

  it('goes on with what is to come, as long as its reader wants', async () => {
    const head = await on.ledger.head();
    const call = begin({ ...from(head + 1n), follow: true });
    const came: ReplayResponse[] = [];
    call.on('data', (answer: ReplayResponse) => void came.push(answer)).on('error', () => {});
    await on.say('one', { at, from: ann, text: 'Now.' });
    await eventually(() => expect(came).toMatchObject([{ events: [{ position: head + 1n }], done: false }]));
    call.cancel();
  });

  it('refuses what it cannot begin with, and says why', async () => {
    const place = placeIn((await replayed()).at(-1)!.resume);
    const token = (more: object) => resume(tokenOf({ ...place, ...more }));
    expect(await refusal(from(99n))).toEqual([status.OUT_OF_RANGE, expect.stringContaining('no event at 99 yet')]);
    expect(await refusal(from(0n))).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('/position')]);
    expect(await refusal(resume('rubbish'))).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('The token is not one')]); // prettier-ignore
    expect(await refusal(token({ ledger: 'f'.repeat(64) }))).toEqual([status.FAILED_PRECONDITION, expect.stringContaining('by another ledger')]); // prettier-ignore
    for (const fork of [{ ...place.fork, epoch: 2 }, { ...place.fork, id: randomUUID() }])
      expect(await refusal(token({ fork }))).toEqual([status.FAILED_PRECONDITION, expect.stringContaining('was restored since')]); // prettier-ignore
    expect(await refusal(token({ position: 99n }))).toEqual([status.OUT_OF_RANGE, expect.stringContaining('of position 99')]); // prettier-ignore
    expect(await refusal({ types: ['Nonsense'] })).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('/type')]);
    expect(await refusal({ channel: 'pigeon' })).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('/channel')]); // prettier-ignore
  });

  it('reads no further than a client that pauses takes', async () => {
    const [before, many, subject] = [Number(await on.ledger.head()), 6_000, on.vault.handleId('much', ann)];
    const note = () => event('NoteWritten', { note: randomUUID(), subject, text: 'x'.repeat(1_000) });
    for (let written = 0; written < many; written += 2_000)
      await on.append('much', streamOf.handle(subject), Array.from({ length: 2_000 }, note));
    const call = begin({}, 'much');
    const first = await new Promise<ReplayResponse>((resolve) => call.once('data', resolve));
    call.pause();
    let [last, still] = [0, 0];
    await eventually(() => {
      const now = read.get('much')!;
      [last, still] = [now, now === last ? still + 1 : 0];
      expect(still).toBeGreaterThan(10);
    });
    // Six megabytes in all; windows and the client's buffer hold one or two.
    expect(last - before).toBeLessThan(many / 2);
    let events = first.events.length;
    for await (const answer of call) events += (answer as ReplayResponse).events.length;
    expect(events).toBe(many);
  });
});
