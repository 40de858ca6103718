import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Fork, type Ledger, memoryLedger, memoryStore } from '@throughline/ledger';
import { blocksOf } from '../../test/blocks.ts';
import { type Served, served } from '../../test/served.ts';

const ann = 'email:ann@example.com';
const at = '2026-05-04T09:30:00Z';
const tenant = 'one';
const metadata = new Metadata();
metadata.set('x-tenant', tenant);

let on: Served;
let ledger: Ledger;
/** Where the ledger was restored to, and what it went on as. */
let restored: { readonly to: bigint; readonly fork: Fork } | undefined;
beforeAll(async () => {
  ledger = memoryLedger();
  // What a process sees whose database is replaced: the same ledger, as it was at an earlier time.
  on = await served({
    ledger: {
      abilities: ledger.abilities,
      append: (...asked) => ledger.append(...asked),
      read: (...asked) => ledger.read(...asked),
      readAll: (...asked) => ledger.readAll(...asked),
      tail: (...asked) => ledger.tail(...asked),
      head: () => ledger.head(),
      forkAt: async (at) => (restored && at > restored.to ? restored.fork : ledger.forkAt(at)),
      checkpoint: (...asked) => ledger.checkpoint(...asked),
      watch: (wake) => ledger.watch(wake),
      close: () => ledger.close(),
    },
  });
}, 60_000);
afterAll(() => on.close());

/** The ledger and all that was made of it, as they were at a position. */
const restore = async (to: bigint): Promise<void> => {
  const log = [...(await ledger.tail(0n))].filter(({ position }) => position <= to);
  await on.projectorDb.query('update read_model.checkpoint set position = $1, turn = turn + 1, ground = null', [to]);
  await on.projectorDb.query('delete from timeline.entry where position > $1', [to]);
  await on.projectorDb.query('delete from timeline.entry_of_handle where position > $1', [to]);
  restored = { to, fork: { epoch: 2, id: randomUUID() } };
  ledger = memoryLedger({ store: { ...memoryStore(), log } });
};

const stream = (query = '', headers: Record<string, string> = {}) =>
  fetch(on.urlOf(`/v1/customers/${on.vault.handleId(tenant, ann)}/timeline/stream${query}`), {
    headers: { 'x-tenant': tenant, ...headers },
  });

/** A call that told something already: and how it ends. */
const begun = async (call: NodeJS.ReadableStream): Promise<Promise<ServiceError>[]> => {
  const end = new Promise<ServiceError>((resolve) => call.on('error', (error) => resolve(error as ServiceError)));
  await new Promise((resolve) => call.on('data', resolve));
  return [end];
};

it('55 whoever is told of news is told that they stand in a future that was given up, also where it is past', async () => {
  await on.say(tenant, ...['first', 'second', 'third'].map((text) => ({ at, from: ann, text })));
  await on.caughtUp();
  const response = await stream('?after=2');
  const blocks = blocksOf(response.body!);
  await blocks.next();
  expect((await blocks.next()).value).toBe('id: 2\nevent: begin\ndata: null');
  expect((await blocks.next()).value).toMatch(/^id: 3\nevent: entry\n/);
  const customer = { by: { $case: 'handle' as const, value: ann } };
  const watching = await begun(on.client.watchTimeline({ customer, afterPosition: 2n }, metadata));
  const from = { $case: 'position' as const, value: 3n };
  const replaying = await begun(on.ledgerClient.replay({ types: [], follow: true, from }, metadata));

  await restore(2n);
  await on.say(tenant, ...['another', 'and more', 'and more'].map((text) => ({ at, from: ann, text })));
  await on.caughtUp();
  const [last, end] = [await blocks.next(), await blocks.next()];
  expect(last.value).toMatch(/^id: \nevent: problem\ndata: .*"status":422.*what is at 3 now is not what was read.*LedgerForeign/); // prettier-ignore
  expect(end.done).toBe(true);
  const foreign = { code: status.FAILED_PRECONDITION, details: expect.stringContaining('what is at 3 now is not what was read') }; // prettier-ignore
  expect(await Promise.all([...watching, ...replaying])).toMatchObject([foreign, foreign]);
});

it('55 whoever comes back to a stream with what was seen last is refused where that was given up, and told else', async () => {
  const comeBack = (seen: string) => stream('', { 'last-event-id': seen });
  const { fork } = restored!;
  for (const seen of ['3', '3/3', `3/2/${randomUUID()}`]) {
    const response = await comeBack(seen);
    expect([response.status, await response.json()]).toMatchObject([422, { code: 'LedgerForeign', errors: [{ pointer: '/last-event-id' }] }]); // prettier-ignore
  }
  for (const [seen, next] of [
    ['2', 3],
    [`3/2/${fork.id}`, 4],
    ['3/2', 4],
  ]) {
    const blocks = blocksOf((await comeBack(seen as string)).body!);
    await blocks.next();
    expect((await blocks.next()).value).toMatch(/event: begin/);
    expect((await blocks.next()).value).toMatch(new RegExp(`^id: ${next}/2/${fork.id}\n`));
    await blocks.return(undefined);
  }
  expect((await comeBack('3/x')).status).toBe(400);
});

it('55 whoever watches, and was told nothing yet, can say where that was, and is refused once it was given up', async () => {
  const head = await ledger.head();
  for (const query of ['', `?after=${head}`]) {
    const blocks = blocksOf((await stream(query)).body!);
    await blocks.next();
    expect((await blocks.next()).value).toBe(`id: ${head}/2/${restored!.fork.id}\nevent: begin\ndata: null`);
    await blocks.return(undefined);
  }
  const given = `${head}/2/${restored!.fork.id}`;
  await restore(head - 1n);
  await on.say(tenant, ...['another', 'and more'].map((text) => ({ at, from: ann, text })));
  await on.caughtUp();
  const response = await stream('', { 'last-event-id': given });
  expect([response.status, await response.json()]).toMatchObject([422, { code: 'LedgerForeign' }]);
});

it('55 whoever read a timeline, and begins to watch only once what they read was given up and is past, is refused', async () => {
  const read = async (query = '') => {
    const path = `/v1/customers/${on.vault.handleId(tenant, ann)}/timeline${query}`;
    const response = await fetch(on.urlOf(path), { headers: { 'x-tenant': tenant } });
    const { nextCursor } = (await response.json()) as { nextCursor: string };
    return { nextCursor, seen: response.headers.get('last-event-id') };
  };
  const head = await ledger.head();
  const { seen, nextCursor } = await read('?limit=1');
  expect(seen).toBe(`${head}/2/${restored!.fork.id}`);
  for (const query of [`?limit=1&cursor=${nextCursor}`, `?recordedAsOf=${head}`])
    expect((await read(query)).seen).toBeNull();
  await restore(head - 1n);
  await on.say(tenant, ...['in its place', 'and more'].map((text) => ({ at, from: ann, text })));
  await on.caughtUp();
  const refused = await stream('', { 'last-event-id': seen! });
  expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'LedgerForeign' }]);
  const anew = (await read()).seen!;
  const blocks = blocksOf((await stream('', { 'last-event-id': anew })).body!);
  await blocks.next();
  expect((await blocks.next()).value).toBe(`id: ${anew}\nevent: begin\ndata: null`);
  await blocks.return(undefined);
});

it('55 whoever comes to rows that are further than the ledger is told nothing of the future that was given up', async () => {
  const head = await ledger.head();
  const log = [...(await ledger.tail(0n))].filter(({ position }) => position < head);
  // The ledger alone is restored.
  ledger = memoryLedger({ store: { ...memoryStore(), log } });
  const told = [];
  for await (const block of blocksOf((await stream(`?after=${head - 2n}`)).body!)) told.push(block);
  expect(told.at(-1)).toMatch(/^id: \nevent: problem\n.*LedgerForeign/);
  expect(told.filter((block) => block.includes('event: entry'))).toEqual([]);
});
