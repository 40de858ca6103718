import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Ledger, memoryLedger, memoryStore } from '@throughline/ledger';
import { blocksOf } from '../../test/blocks.ts';
import { type Served, served } from '../../test/served.ts';

const ann = 'email:ann@example.com';
const at = '2026-05-04T09:30:00Z';
const tenant = 'one';
const metadata = new Metadata();
metadata.set('x-tenant', tenant);

let on: Served;
let ledger: Ledger;
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
      forkAt: (...asked) => ledger.forkAt(...asked),
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
  ledger = memoryLedger({ store: { ...memoryStore(), log } });
};

/** A call that told something already: and how it ends. */
const begun = async (call: NodeJS.ReadableStream): Promise<Promise<ServiceError>[]> => {
  const end = new Promise<ServiceError>((resolve) => call.on('error', (error) => resolve(error as ServiceError)));
  await new Promise((resolve) => call.on('data', resolve));
  return [end];
};

it('55 whoever is told of news is told that they stand in a future that was given up, also where it is past', async () => {
  await on.say(tenant, ...['first', 'second', 'third'].map((text) => ({ at, from: ann, text })));
  await on.caughtUp();
  const path = `/v1/customers/${on.vault.handleId(tenant, ann)}/timeline/stream?after=2`;
  const response = await fetch(on.urlOf(path), { headers: { 'x-tenant': tenant } });
  const blocks = blocksOf(response.body!);
  await blocks.next();
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
