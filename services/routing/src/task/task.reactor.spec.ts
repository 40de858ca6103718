import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type DataOf, streamOf } from '@throughline/contracts';
import { follow } from '@throughline/feed';
import { projection } from '@throughline/read-model';
import { type World, world } from '../../test/world.ts';
import { taskReactor } from './task.reactor.ts';

const ann = 'email:ann@example.com';
let on: World;
afterEach(() => on.close());

const note = async (more: Partial<DataOf<'NoteWritten'>>, actor = 'spec'): Promise<string> => {
  const id = randomUUID();
  const data = { note: id, subject: on.handle(ann), ...more };
  await on.append(streamOf.handle(data.subject), [
    { type: 'NoteWritten', id, data, meta: { actor }, occurredAt: '2026-05-04T09:00:00Z' },
  ]);
  return id;
};
const party = (handle: string) => ({ id: on.handle(handle), handle });

const task = async (owner: string): Promise<string> => {
  const id = randomUUID();
  const data = { task: id, subject: on.handle(ann), what: 'Call', owner: party(owner), due: '2026-05-06T00:00:00Z' };
  await on.tell(streamOf.task(id), 'TaskScheduled', data);
  return id;
};

/** Reads all again, as who lost their place, or works beside the others. */
const again = async (): Promise<void> => {
  const head = await on.settled();
  await on.projectorDb.query(
    `update read_model.checkpoint set position = 0, turn = turn + 1 where projection = 'routing.tasks'`,
  );
  const { ledger, vault, keys, projectorDb: db } = on;
  const repeated = follow(ledger, projection(taskReactor({ ledger, vault, keys }), { db }), { limit: 7 });
  expect(await repeated.waitFor(head, 30_000)).toBe(true);
  await repeated.stop();
  expect(await on.settled()).toBe(head);
};

describe('the next step of a note', () => {
  it('is scheduled once, because of the note, however many hear it and how often', async () => {
    on = await world({ replicas: 2, limit: 3 });
    const step = { what: 'Send a courier', owner: party('email:bo@acme.example'), due: '2026-05-05T10:00:00Z' };
    const id = await note({ nextStep: step });
    await on.settled();
    expect(await on.events('TaskScheduled')).toMatchObject([
      {
        data: { subject: on.handle(ann), ...step, from: { note: id, owner: 'note', due: 'note' } },
        meta: { actor: 'routing', causation: id },
      },
    ]);
    await again();
  }, 60_000);

  it('has an owner and a due date where the note says neither', async () => {
    on = await world();
    await note({ nextStep: { what: 'one' } }, 'email:cy@acme.example');
    await note({ nextStep: { what: 'two' } }, 'cy@acme.example');
    await note({ nextStep: { what: 'three' } }, 'cy');
    await on.settled();
    await on.owner('customer', on.handle(ann), on.handle('email:maria@acme.example'));
    await note({ nextStep: { what: 'four' } });
    await on.settled();
    const made = (await on.events('TaskScheduled')).map(({ data }) => data);
    const owners = ['email:cy@acme.example', 'email:cy@acme.example', 'actor:cy', 'email:maria@acme.example'];
    expect(Object.fromEntries(made.map(({ what, owner }) => [what, owner.id]))).toEqual(
      Object.fromEntries(['one', 'two', 'three', 'four'].map((what, nth) => [what, on.handle(owners[nth]!)])),
    );
    for (const { due, from } of made) expect([due, from?.due]).toEqual(['2026-05-05T09:00:00.000Z', 'usual']);
  }, 60_000);

  it('is none of history, and none where a note tells none', async () => {
    on = await world();
    await note({ nextStep: { what: 'Call' }, backfill: true });
    await note({ text: 'Said hello.' });
    await on.settled();
    expect(await on.events('TaskScheduled')).toEqual([]);
  }, 60_000);
});

describe('an agent who leaves', () => {
  it('hands on 500 matters and 1 100 tasks, each once, in batches and with two replicas at work', async () => {
    on = await world({ replicas: 2 });
    await on.agent('email:lead@acme.example', { teams: [] });
    await on.team('support', { channels: ['email'], fallback: party('email:lead@acme.example') });
    const bo = await on.agent('email:bo@acme.example', { capacity: 1_000 });
    for (let n = 0; n < 500; n += 1) await on.say({ from: `email:c${n}@example.com` });
    for (let n = 0; n < 1_100; n += 1) await task('email:bo@acme.example');
    const done = await task('email:bo@acme.example');
    await on.tell(streamOf.task(done), 'TaskCompleted', { task: done, subject: on.handle(ann) });
    await on.settled();
    await on.agent('email:cy@acme.example', { capacity: 1_000 });
    await on.tell(streamOf.agent(bo), 'AgentRemoved', { agent: bo });
    await on.settled();
    const tasks = await on.events('TaskHandedOn');
    expect(tasks).toHaveLength(1_100);
    expect(new Set(tasks.map(({ data }) => data.task)).size).toBe(1_100);
    for (const { data } of tasks.slice(0, 10))
      expect(data).toMatchObject({ from: bo, to: party('email:lead@acme.example'), because: 'agent-removed', rule: 'fallback' }); // prettier-ignore
    expect(new Set((await on.events('MatterHandedOn')).map(({ data }) => data.matter)).size).toBe(500);
    expect(tasks.map(({ data }) => data.task)).not.toContain(done);
    await again();
  }, 240_000);

  it('keeps what nobody is there for, until somebody is', async () => {
    on = await world();
    const bo = await on.agent('email:bo@acme.example');
    const left = await task('email:bo@acme.example');
    await on.settled();
    await on.tell(streamOf.agent(bo), 'AgentRemoved', { agent: bo });
    await on.settled();
    expect(await on.events('TaskHandedOn')).toEqual([]);
    const cy = await on.agent('email:cy@acme.example');
    await on.settled();
    expect((await on.events('TaskHandedOn')).map(({ data }) => [data.task, data.to.id, data.rule])).toEqual([
      [left, cy, 'colleague'],
    ]);
  }, 60_000);

  it('is given nothing after they left', async () => {
    on = await world();
    const bo = await on.agent('email:bo@acme.example');
    const cy = await on.agent('email:cy@acme.example');
    await on.tell(streamOf.agent(bo), 'AgentRemoved', { agent: bo });
    await task('email:bo@acme.example');
    await on.settled();
    expect(await on.events('TaskHandedOn')).toMatchObject([{ data: { from: bo, to: { id: cy } } }]);
  }, 60_000);
});
