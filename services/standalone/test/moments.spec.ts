import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TimelineServiceClient } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { timestampOf } from '@throughline/host';
import { eventually } from '@throughline/testing';
import { asking, type Asking, told, type Told, withQuery } from './asking.ts';
import { type Calling, calling } from './calling.ts';
import { cliJson } from './cli.ts';
import { interaction, type Problem } from './made.ts';
import { filled, type Route, routesOf } from './routes.ts';
import type { Brief, Entry, Page } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const ann = 'email:ann@lee.example';
const nouns = ['timeline', 'brief', 'queue', 'promises'] as const;
type Noun = (typeof nouns)[number];
/** As of when, by one of the clocks, as REST says it. */
type When = { readonly asOf?: string; readonly recordedAsOf?: number | string };
/** What is told of each noun, as short as it shows what changed: texts of entries, or the ids of matters and promises. */
type Way = Readonly<Record<Noun, (when: When) => Promise<readonly unknown[]>>>;
type Identified = { readonly id: string };

let server: Standalone;
let ask: Asking;
let get: Told;
let timeline: TimelineServiceClient;
let routing: Calling;
let customerId: string;
beforeAll(async () => {
  server = await standalone();
  ask = asking(server.url);
  get = told(ask);
  timeline = new TimelineServiceClient(server.grpc, credentials.createInsecure());
  routing = calling(server.grpc);
}, 90_000);
afterAll(async () => {
  timeline.close();
  routing.close();
  await server.kill();
});

const texts = (items: readonly Pick<Entry, 'text'>[]): unknown[] => items.flatMap(({ text }) => text ?? []);
const ids = (items: readonly Identified[]): unknown[] => items.map(({ id }) => id);
const wordsIn = ({ lastTalkedAbout }: Pick<Brief, 'lastTalkedAbout'>): unknown[] => [lastTalkedAbout.answer?.['words']];

const rest: Way = {
  timeline: async (when) => texts((await get<Page<Entry>>(withQuery(`/v1/customers/${customerId}/timeline`, when))).items), // prettier-ignore
  brief: async (when) => wordsIn(await get<Brief>(withQuery('/v1/brief', { handle: ann, ...when }))),
  queue: async (when) => ids((await get<Page<Identified>>(withQuery('/v1/queues/default', when))).items),
  promises: async (when) => ids((await get<Page<Identified>>(withQuery(`/v1/customers/${customerId}/promises`, when))).items), // prettier-ignore
};

const messageOf = ({ asOf, recordedAsOf: known }: When) => ({
  ...(asOf !== undefined && { asOf: timestampOf(asOf) }),
  ...(typeof known === 'number' && { recordedAsOfPosition: BigInt(known) }),
  ...(typeof known === 'string' && { recordedAsOf: timestampOf(known) }),
});
const customer = { by: { $case: 'handle' as const, value: ann } };

const grpc: Way = {
  timeline: (when) =>
    new Promise((resolve, reject) => {
      timeline.getTimeline({ customer, filter: undefined, ...messageOf(when) }, (error, answer) =>
        error ? reject(error) : resolve(texts(answer.items)),
      );
    }),
  brief: (when) =>
    new Promise((resolve, reject) => {
      timeline.getBrief({ customer, ...messageOf(when) }, (error, { brief }) =>
        error ? reject(error) : resolve([brief?.lastTalkedAbout?.answer?.words]),
      );
    }),
  queue: async (when) => ids((await routing.call('listQueue', { team: 'default', ...messageOf(when) })).items),
  promises: async (when) => ids((await routing.call('listPromises', { customerId, ...messageOf(when) })).items),
};

const json = <Value>(args: readonly string[], { asOf, recordedAsOf }: When): Promise<Value> => {
  const clocks = [
    ['--as-of', asOf],
    ['--recorded-as-of', recordedAsOf],
  ] as const;
  const options = clocks.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  return cliJson(server.url, [...args, ...options]);
};

const cli: Way = {
  timeline: async (when) => texts((await json<Page<Entry>>(['timeline', ann], when)).items),
  brief: async (when) => wordsIn(await json<Brief>(['brief', ann], when)),
  queue: async (when) => ids((await json<Page<Identified>>(['queues', 'list', 'default'], when)).items),
  promises: async (when) => ids((await json<Page<Identified>>(['promises', 'list', ann], when)).items),
};

const ways = { REST: rest, gRPC: grpc, 'the command line': cli };
const clocks = ['asOf', 'recordedAsOf as a time', 'recordedAsOf as a position'] as const;

/** What Ann asks for, in a conversation and a matter of its own; answers once so much waits and is promised. */
const asksFor = async (intent: string, waiting: number): Promise<void> => {
  // Later than what was asked before, by a clock that counts milliseconds.
  const occurredAt = new Date(Date.now() + 1).toISOString();
  const said = { conversation: intent, intent, occurredAt, participants: [{ role: 'customer' as const, handle: ann }] };
  const { body } = await ask<Identified & { position: number }>('/v1/interactions', {
    json: interaction(intent, said),
  });
  customerId = (await get<Brief>(withQuery('/v1/brief', { handle: ann, minPosition: body.position }))).customer.id;
  await eventually(async () => {
    expect(await rest.queue({})).toHaveLength(waiting);
    expect(await rest.promises({})).toHaveLength(waiting);
  });
};

describe('a moment', () => {
  const then = new Map<Noun, readonly unknown[]>();
  const moments = new Map<(typeof clocks)[number], When>();
  beforeAll(async () => {
    await asksFor('hardware.screen', 1);
    for (const noun of nouns) then.set(noun, await rest[noun]({}));
    const { head } = await get<{ head: number }>('/v1/status');
    const now = new Date().toISOString();
    moments.set('asOf', { asOf: now });
    moments.set('recordedAsOf as a time', { recordedAsOf: now });
    moments.set('recordedAsOf as a position', { recordedAsOf: head });
    await asksFor('billing.refund', 2);
    for (const noun of nouns) expect([noun, await rest[noun]({})]).not.toEqual([noun, then.get(noun)]);
  }, 60_000);

  const table = Object.entries(ways).flatMap(([name, way]) => nouns.map((noun) => ({ name, way, noun })));
  it.each(table)(
    'can be asked about over $name for the $noun, by each clock',
    async ({ way, noun }) => {
      const answers = clocks.map(async (clock) => [clock, await way[noun](moments.get(clock)!)]);
      expect(await Promise.all(answers)).toEqual(clocks.map((clock) => [clock, then.get(noun)]));
    },
    60_000,
  );

  it('can be asked about wherever the documents say so', async () => {
    const places = (await reads()).filter(({ texts: names }) => names.includes('recordedAsOf'));
    expect(places.map(({ path }) => path)).toContain('/v1/accounts/{id}/timeline');
    for (const route of places)
      for (const when of moments.values()) {
        const path = withQuery(whole(route), { ...asked[route.path], ...when });
        expect([path, [200, 404]]).toEqual([path, expect.arrayContaining([(await ask(path)).status])]);
      }
  }, 60_000);

  it('is refused, by name, by all that answers as of now alone', async () => {
    const others = (await reads()).filter(({ texts: names }) => !names.includes('asOf'));
    expect(others.map(({ path }) => path)).toContain('/v1/matters/{id}/packet');
    for (const route of others)
      for (const clock of ['asOf', 'recordedAsOf']) {
        const path = withQuery(whole(route), { ...asked[route.path], [clock]: '2026-05-04T09:30:00Z' });
        const { status, body } = await ask<Problem>(path);
        const errors = [{ pointer: `/${clock}`, reason: 'is not known here' }];
        expect([path, status, body]).toEqual([path, 400, expect.objectContaining({ code: 'InvalidQuery', errors })]);
      }
  }, 60_000);

  it('beyond the head is refused at once, wherever a position is waited for', async () => {
    const waiting = (await reads()).filter(({ texts: names }) => names.includes('minPosition'));
    expect(waiting.map(({ path }) => path)).toEqual(expect.arrayContaining(['/v1/queues/{team}', '/v1/search']));
    const { head } = await get<{ head: number }>('/v1/status');
    for (const route of waiting) {
      const path = withQuery(whole(route), { ...asked[route.path], minPosition: head + 1_000 });
      const errors = [{ pointer: '/minPosition', reason: 'is beyond the head of the ledger' }];
      const { status, body } = await ask<Problem>(path);
      expect([path, status, body]).toEqual([path, 422, expect.objectContaining({ code: 'BeyondHead', errors })]);
    }
    const words = await ask<Problem>(withQuery('/v1/accounts', { q: 'acme', minPosition: head + 1_000 }));
    expect([words.status, words.body.code]).toEqual([422, 'BeyondHead']);
  }, 20_000);
});

const reads = async () =>
  (await routesOf(get)).filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/'));
const whole = (route: Route) => filled(route, (name) => places[name] ?? '00000000-0000-8000-8000-000000000001');
const places: Readonly<Record<string, string>> = { team: 'default', name: 'timeline' };
/** What an address needs to be asked. */
const asked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/v1/search': { q: 'words' },
  '/v1/tasks': { customer: '00000000-0000-8000-8000-000000000001' },
  '/v1/customers': { handle: 'email:nobody@example.com' },
  '/v1/brief': { handle: 'email:nobody@example.com' },
  '/v1/gists': { of: '00000000-0000-8000-8000-000000000001' },
};
