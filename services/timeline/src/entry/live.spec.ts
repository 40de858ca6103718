import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import type {
  StreamTimelineResponse,
  WatchTimelineResponse,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { Metadata } from '@grpc/grpc-js';
import { blocksOf } from '../../test/blocks.ts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import type { Entry } from './entry.ts';

const ann = 'email:ann@example.com';
const tel = 'tel:+14155550100';

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const id = (tenant: string, handle: string): string => on.vault.handleId(tenant, handle);
const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();
type Told = { id: string; entry: Entry };

/** Server-sent entries, as they come. */
const listen = async (tenant: string, query: string, headers: Record<string, string> = {}) => {
  const ending = new AbortController();
  const response = await fetch(on.urlOf(`/v1/customers/${id(tenant, ann)}/timeline/stream${query}`), {
    headers: { 'x-tenant': tenant, ...headers },
    signal: ending.signal,
  });
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  const blocks = blocksOf(response.body!);
  return {
    next: async (): Promise<Told> => {
      for (;;) {
        const { value, done } = await blocks.next();
        if (done) throw new Error('the stream ended');
        const [, position] = /^id: (\d+)\nevent: entry$/m.exec(value) ?? [];
        const [, data] = /^data: (.*)$/m.exec(value) ?? [];
        if (position && data) return { id: position, entry: JSON.parse(data) as Entry };
      }
    },
    end: () => ending.abort(),
  };
};

describe('the stream of a timeline', () => {
  const tenant = 'sse';

  it('tells what comes and changes, and goes on where a client stopped', async () => {
    const [first] = (await on.say(tenant, { at: at(1), from: ann, text: 'before' })) as [string];
    await on.caughtUp();
    const stream = await listen(tenant, '');
    await on.say(
      tenant,
      { at: at(0), from: ann, text: 'a late fact' },
      { at: at(2), from: tel, text: 'of somebody else' },
    );
    const late = await stream.next();
    expect(late.entry.text).toBe('a late fact');
    const conversation = on.vault.conversationId(tenant, 'spec', ann);
    await on.append(tenant, streamOf.conversation(conversation), [
      event('InteractionAmended', {
        interaction: first,
        conversation,
        owners: [id(tenant, ann)],
        change: 'edited',
        text: 'after',
      }),
    ]);
    const edited = await stream.next();
    expect(edited.entry).toMatchObject({ id: first, text: 'after', edited: true });
    expect(Number(edited.id)).toBeGreaterThan(Number(late.id));
    stream.end();

    await on.say(tenant, { at: at(3), from: ann, text: 'while away' });
    for (const resumed of [
      await listen(tenant, '', { 'last-event-id': late.id }),
      await listen(tenant, `?after=${late.id}`),
    ]) {
      expect((await resumed.next()).entry).toMatchObject({ text: 'after' });
      expect((await resumed.next()).entry).toMatchObject({ text: 'while away' });
      resumed.end();
    }
  });

  it('follows the customer through a link', async () => {
    const stream = await listen(tenant, '');
    const ends = { a: { id: id(tenant, ann), handle: ann }, b: { id: id(tenant, tel), handle: tel } };
    await on.append(tenant, streamOf.handle(ends.a.id), [
      event('HandlesLinked', {
        link: '00000000-0000-8000-8000-00000000000a',
        ...ends,
        rule: 'by-hand',
        evidence: [],
        confidence: 1,
      }),
    ]);
    await on.caughtUp();
    await on.say(tenant, { at: at(5), from: tel, text: 'the same person' });
    expect((await stream.next()).entry.text).toBe('the same person');
    stream.end();
  });

  it('tells each of those who watch what is theirs, whoever else has news', async () => {
    const tenants = ['one', 'two', 'three'];
    for (const each of tenants) await on.say(each, { at: at(0), from: ann, text: 'before' });
    await on.caughtUp();
    const streams = await Promise.all([...tenants, ...tenants].map((each) => listen(each, '')));
    for (const each of tenants) {
      await on.say(each, { at: at(1), from: tel, text: 'of somebody else' });
      await on.say(each, { at: at(1), from: ann, text: `for ${each}` });
      await on.say(each, { at: at(2), from: ann, text: `more for ${each}` });
    }
    for (const [nth, stream] of streams.entries()) {
      expect((await stream.next()).entry.text).toBe(`for ${tenants[nth % 3]}`);
      expect((await stream.next()).entry.text).toBe(`more for ${tenants[nth % 3]}`);
      stream.end();
    }
  });

  it('tells everything after a position far back, in order', async () => {
    const many = 'many';
    await on.say(many, ...Array.from({ length: 450 }, (_, n) => ({ at: at(n % 7), from: ann, text: String(n) })));
    await on.caughtUp();
    const stream = await listen(many, '?after=0');
    for (let n = 0; n < 450; n += 1) expect((await stream.next()).entry.text).toBe(String(n));
    stream.end();
  });

  it('refuses a Last-Event-ID that is none', async () => {
    const response = await fetch(on.urlOf(`/v1/customers/${id(tenant, ann)}/timeline/stream`), {
      headers: { 'x-tenant': tenant, 'last-event-id': 'x' },
    });
    expect(response.status).toBe(400);
  });

  it('refuses one that the ledger does not reach, as after it was restored to an earlier time', async () => {
    const headers = { 'x-tenant': tenant, 'last-event-id': '1000000' };
    const response = await fetch(on.urlOf(`/v1/customers/${id(tenant, ann)}/timeline/stream`), { headers });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/ledger ends at \d+\. .*restored/) });
  });
});

describe('timelines over gRPC', () => {
  const tenant = 'grpc';
  const metadata = new Metadata();
  metadata.set('x-tenant', tenant);
  const byHandle = { by: { $case: 'handle' as const, value: ann } };

  beforeAll(async () => {
    await on.say(tenant, ...Array.from({ length: 450 }, (_, n) => ({ at: at(n), from: ann, text: String(n) })));
    await on.caughtUp();
  });

  it('stream all of it, each entry with the cursor that goes on after it', async () => {
    const read = async (cursor?: string) => {
      const got: StreamTimelineResponse[] = [];
      for await (const one of on.client.streamTimeline({ customer: byHandle, cursor }, metadata))
        got.push(one as StreamTimelineResponse);
      return got;
    };
    const whole = await read();
    expect(whole.map(({ entry }) => entry?.text)).toEqual(Array.from({ length: 450 }, (_, n) => String(449 - n)));
    expect(whole[0]?.entry).toMatchObject({ type: 'interaction', channel: 'email', position: await on.ledger.head() });
    expect((await read(whole[399]!.cursor)).map(({ entry }) => entry?.text)).toEqual(
      Array.from({ length: 50 }, (_, n) => String(49 - n)),
    );
  });

  it('are watched as they grow', async () => {
    const call = on.client.watchTimeline({ customer: byHandle, afterPosition: await on.ledger.head() }, metadata);
    call.on('error', () => {});
    const arrivals = call[Symbol.asyncIterator]() as AsyncIterator<WatchTimelineResponse>;
    const next = arrivals.next();
    await on.say(tenant, { at: at(1_000), from: ann, text: 'new' });
    expect((await next).value?.entry?.text).toBe('new');
    call.cancel();
  });

  it('are refused as over REST', async () => {
    const refused = (customer: typeof byHandle | undefined) =>
      new Promise((resolve) => on.client.getTimeline({ customer }, metadata, (error) => resolve(error?.code)));
    expect(await refused(undefined)).toBe(3);
    expect(await refused({ by: { $case: 'handle', value: 'email:nobody@example.com' } })).toBe(5);
  });
});
