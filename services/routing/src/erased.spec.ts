import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { follow } from '@throughline/feed';
import { projection } from '@throughline/read-model';
import { type World, world } from '../test/world.ts';
import { Router } from './router.ts';
import { routingReactor } from './routing.reactor.ts';
import { taskReactor } from './task/task.reactor.ts';

const [ann, cleo] = ['email:ann@example.com', 'email:cleo@example.com'] as const;
let on: World;
afterEach(() => on.close());

const erase = async (...handles: string[]): Promise<string> => {
  const subjects = handles.map((handle) => on.handle(handle));
  const id = randomUUID();
  await on.append(streamOf.handle(subjects[0]!), [
    { type: 'SubjectErased', id, data: { subjects, keys: [], customer: subjects[0]! } },
  ]);
  await on.keys.erase(on.tenant, subjects, []);
  return id;
};
const task = async (handle: string, owner: string): Promise<string> => {
  const id = randomUUID();
  const data = { task: id, subject: on.handle(handle), what: 'Call', due: '2026-05-06T00:00:00Z' };
  await on.tell(streamOf.task(id), 'TaskScheduled', { ...data, owner: { id: on.handle(owner), handle: owner } });
  return id;
};
const rowsOf = async (table: string, where = 'true'): Promise<Record<string, unknown>[]> =>
  (await on.projectorDb.query<Record<string, unknown>>(`select * from routing.${table} where ${where}`)).rows;

/** Reads all again, as who lost their place, or works beside the others: nothing comes of it. */
const again = async (): Promise<void> => {
  const head = await on.settled();
  await on.projectorDb.query(
    `update read_model.checkpoint set position = 0, turn = turn + 1 where projection in ('routing.reactor', 'routing.tasks')`,
  );
  const { ledger, vault, keys, projectorDb: db } = on;
  for (const reactor of [routingReactor(new Router({ ledger, db })), taskReactor({ ledger, vault, keys })]) {
    const repeated = follow(ledger, projection(reactor as ReturnType<typeof taskReactor>, { db }), { limit: 5 });
    expect(await repeated.waitFor(head, 30_000)).toBe(true);
    await repeated.stop();
  }
  await on.settled();
  // Named, so that who sees it fail knows what came.
  expect((await on.ledger.tail(head, { limit: 100 })).map(({ type, data }) => `${type} ${data}`)).toEqual([]);
};

describe('of somebody who is erased', () => {
  it('matters are closed, promises ended, tasks cancelled and turns released; what others want goes on', async () => {
    on = await world({ replicas: 2, limit: 4 });
    await on.team('support', { channels: ['email', 'chat'], offers: 'PT1H' });
    await on.team('sales', { kinds: ['sales'] });
    const bo = await on.agent('email:bo@acme.example', { capacity: 1 });
    await on.say({ from: ann, conversation: 'first', kind: 'support' });
    await on.settled();
    await on.say({ from: ann, conversation: 'second', kind: 'sales' });
    await on.owner('customer', on.handle(cleo), on.handle('email:sam@acme.example'));
    await on.say({ from: cleo, conversation: 'owned', also: 'tel:+14155550100' });
    await on.say({ from: 'email:dan@example.com', conversation: 'waits' });
    const [hers, done, his] = await Promise.all([
      task(ann, 'email:bo@acme.example'),
      task(ann, 'email:bo@acme.example'),
      task('email:dan@example.com', 'email:bo@acme.example'),
    ]);
    await on.tell(streamOf.task(done), 'TaskCompleted', { task: done, subject: on.handle(ann) });
    await on.settled();
    expect((await on.matters()).map(({ state }) => state).toSorted()).toEqual(['offered', 'owned', 'queued', 'queued']);

    const erasure = await erase(ann);
    const other = await erase(cleo, 'tel:+14155550100');
    await on.settled();
    const closed = await on.events('MatterClosed');
    expect(closed.map(({ data, meta }) => [data.by, meta.causation])).toEqual([
      ['erased', erasure],
      ['erased', erasure],
      ['erased', other],
    ]);
    const states = await rowsOf('matter');
    expect(states.filter(({ state }) => state !== 'closed')).toMatchObject([
      { subject: on.handle('email:dan@example.com'), state: 'offered', agent: bo },
    ]);
    const promises = await rowsOf('promise', `state not in ('met', 'ended')`);
    expect(promises).toMatchObject([{ subject: on.handle('email:dan@example.com') }]);
    expect(await rowsOf('turn')).toHaveLength(1);
    const cancelled = await on.events('TaskCancelled');
    expect(cancelled.map(({ data, meta }) => [data.task, data.because, meta.causation])).toEqual([
      [hers, 'erased', erasure],
    ]);
    expect(await rowsOf('task')).toMatchObject([{ task: his }]);
    await again();
  }, 60_000);

  it('nothing opens again: who writes again, or wrote with them, is in a matter of their own', async () => {
    on = await world({ limit: 4 });
    await on.say({ from: ann, conversation: 'thread' });
    await on.settled();
    const [before] = await on.matters();
    const old = on.handle(ann);
    await erase(ann);
    const late = on.handle(ann);
    expect(late).not.toBe(old);
    await on.say({ from: ann, conversation: 'thread' });
    await on.settled();
    const open = await rowsOf('matter', `state <> 'closed'`);
    expect(open).toMatchObject([{ subject: late }]);
    expect(open[0]!['matter']).not.toBe(before!.matter);
    // What was asked before the erasure is owed to nobody.
    expect(await rowsOf('promise', `matter = '${String(open[0]!['matter'])}'`)).toHaveLength(1);
    await again();

    await erase(ann);
    await on.say({ from: 'email:bob@example.com', conversation: 'thread' });
    await on.settled();
    const [left, ...more] = await rowsOf('matter', `state <> 'closed'`);
    expect(left).toMatchObject({ subject: on.handle('email:bob@example.com') });
    expect(more).toEqual([]);
    expect(await on.events('MatterReopened')).toEqual([]);
    await again();
  }, 60_000);

  it('no seal is left in the rows, in whatever batches they are made', async () => {
    on = await world({ limit: 1 });
    const sam = 'email:sam@acme.example';
    const owner = { id: on.handle(sam), handle: sam, name: 'Sam' };
    await on.tell(streamOf.handle(on.handle(ann)), 'OwnerAssigned', { of: 'customer', subject: on.handle(ann), owner });
    await on.tell(streamOf.handle(on.handle(cleo)), 'OwnerAssigned', { of: 'customer', subject: on.handle(cleo), owner: { id: on.handle('email:bo@acme.example'), handle: 'email:bo@acme.example' } }); // prettier-ignore
    await on.settled();
    expect(await rowsOf('person')).toHaveLength(2);
    await erase(sam);
    await on.settled();
    expect(await rowsOf('person')).toMatchObject([{ person: on.handle('email:bo@acme.example') }]);
  }, 60_000);
});
