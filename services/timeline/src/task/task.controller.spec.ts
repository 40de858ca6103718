import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import { type ListedTask, listedTask } from './task.query.ts';

const ann = 'email:ann@example.com';
const cy = 'email:cy@example.com';
const bo = 'email:bo@acme.example';
const tenant = 'one';
const taskId = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
type List = { items: ListedTask[]; nextCursor: string | null };

let on: Served;
const party = (handle: string) => ({ id: on.vault.handleId(tenant, handle), handle });

beforeAll(async () => {
  on = await served();
  await on.say(tenant, { at: '2026-05-03T00:00:00Z', from: ann }, { at: '2026-05-03T00:00:00Z', from: cy });
  for (let n = 1; n <= 7; n += 1) {
    const task = taskId(n);
    const about = { task, subject: party(n % 2 ? ann : cy).id };
    const owner = party(n < 4 ? bo : 'email:eve@acme.example');
    // Due on two days, so that pages end between tasks of the same one.
    const due = `2026-06-0${1 + (n % 2)}T00:00:00Z`;
    await on.append(tenant, streamOf.task(task), [event('TaskScheduled', { ...about, what: `task ${n}`, owner, due })]);
    if (n > 5) await on.append(tenant, streamOf.task(task), [event('TaskCompleted', { ...about, outcome: 'Done.' })]);
  }
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

const list = async (query = '', of = tenant): Promise<List> => {
  const { status, body } = await on.get<List>(of, `/v1/tasks${query}`);
  expect(status).toBe(200);
  return body;
};
const whats = async (query: string) =>
  (await list(query)).items.map(({ what }) => Number(what?.slice(5))).toSorted((a, b) => a - b);

describe('the list of tasks', () => {
  it('has the open ones, those due first first, as it is documented', async () => {
    const { items } = await list();
    expect(items.map(({ due }) => due.slice(8, 10))).toEqual(['01', '01', '02', '02', '02']);
    for (const item of items) expect(listedTask.safeParse(item).error).toBeUndefined();
    expect(items.find(({ id }) => id === taskId(1))).toMatchObject({
      customer: party(ann).id,
      what: 'task 1',
      owner: party(bo),
      due: '2026-06-02T00:00:00Z',
    });
  });

  it('is narrowed by state, owner and customer', async () => {
    expect(await whats('?state=completed')).toEqual([6, 7]);
    expect(await whats('?state=all')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await whats(`?owner=${bo}`)).toEqual([1, 2, 3]);
    expect(await whats(`?customer=${ann}&state=all`)).toEqual([1, 3, 5, 7]);
    expect(await whats(`?customer=${party(cy).id}`)).toEqual([2, 4]);
    expect((await list('?state=completed')).items[0]?.done).toMatchObject({ outcome: 'Done.' });
  });

  it('tells what rests, what is overdue, and whose it is by now', async () => {
    const of = 'resting';
    await on.say(of, { at: '2026-05-03T00:00:00Z', from: ann });
    const theirs = (handle: string) => ({ id: on.vault.handleId(of, handle), handle });
    const [late, later, asleep, woken] = [11, 12, 13, 14].map(taskId) as [string, string, string, string];
    for (const task of [late, later, asleep, woken]) {
      const about = { task, subject: theirs(ann).id };
      const due = task === later ? '2199-01-01T00:00:00Z' : '2026-05-04T00:00:00Z';
      const events = [event('TaskScheduled', { ...about, what: task, owner: theirs(bo), due })];
      const eve = { ...theirs('email:eve@acme.example'), name: 'Eve' };
      if (task === late)
        events.push(event('TaskHandedOn', { ...about, from: theirs(bo).id, to: eve, because: 'hand' }));
      if (task === asleep) events.push(event('TaskSnoozed', { ...about, until: '2199-01-01T00:00:00Z' }));
      if (task === woken) events.push(event('TaskSnoozed', { ...about, until: '2026-05-05T00:00:00Z' }));
      await on.append(of, streamOf.task(task), events);
    }
    await on.caughtUp();
    const ids = async (query: string) => (await list(query, of)).items.map(({ id }) => id).toSorted();
    expect(await ids('')).toEqual([late, later, woken]);
    expect(await ids('?state=overdue')).toEqual([late, woken]);
    expect(await ids('?state=snoozed')).toEqual([asleep]);
    expect(await ids('?state=all')).toEqual([late, later, asleep, woken]);
    expect(await ids('?owner=email:eve@acme.example')).toEqual([late]);
    const { items } = await list('?state=all', of);
    for (const item of items) expect(listedTask.safeParse(item).error).toBeUndefined();
    expect(items.find(({ id }) => id === late)).toMatchObject({ overdue: true, owner: { name: 'Eve' } });
    expect(items.find(({ id }) => id === asleep)).toMatchObject({
      overdue: false,
      snoozedUntil: '2199-01-01T00:00:00Z',
    });
    expect((await on.get(of, '/v1/tasks?state=lost')).status).toBe(400);
    const { body } = await on.get<{ items: { type: string; task?: object }[] }>(of, `/v1/customers/${theirs(ann).id}/timeline?type=all`); // prettier-ignore
    expect(body.items.filter(({ type }) => type !== 'task' && type.startsWith('task'))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'task-handed-on', task: expect.objectContaining({ id: late, from: expect.objectContaining({ handle: bo }), owner: expect.objectContaining({ name: 'Eve' }) }) }),
        expect.objectContaining({ type: 'task-snoozed', task: { id: asleep, until: '2199-01-01T00:00:00Z' } }),
      ]),
    ); // prettier-ignore
    const brief = await on.get<{ nextStep: { answer: object } }>(of, `/v1/customers/${theirs(ann).id}/brief`);
    expect(brief.body.nextStep.answer).toMatchObject({ task: late, owner: { name: 'Eve' }, overdue: true });
  });

  it('is paged', async () => {
    const whole = (await list('?state=all')).items;
    const seen: ListedTask[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const body: List = await list(`?state=all&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(whole);
  });

  it('shows nothing to another tenant', async () => {
    expect((await list('?state=all', 'other')).items).toEqual([]);
    expect(await on.get('other', `/v1/tasks?customer=${party(cy).id}`)).toMatchObject({ status: 404 });
  });
});
