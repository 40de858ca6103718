import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../shapes.ts';
import { withNews, withTasksDone } from './news.ts';

const entry = (id: string, occurredAt: string, more: Partial<Entry> = {}): Entry => ({
  id,
  position: Number(id.slice(1)),
  occurredAt,
  recordedAt: occurredAt,
  type: 'interaction',
  participants: [],
  ...more,
});
const at = (hour: number) => `2026-05-04T${String(hour).padStart(2, '0')}:00:00Z`;
const pages = (nextCursor: string | null) => [
  { items: [entry('e9', at(9)), entry('e8', at(8))], nextCursor: 'a' },
  { items: [entry('e5', at(5)), entry('e4', at(4))], nextCursor },
];
const ids = (all: { items: Entry[] }[]) => all.map(({ items }) => items.map(({ id }) => id));

describe('what came in since', () => {
  it('goes on top', () =>
    expect(ids(withNews(pages('b'), [entry('e11', at(11)), entry('e10', at(10))]))).toEqual([
      ['e11', 'e10', 'e9', 'e8'],
      ['e5', 'e4'],
    ]));

  it('goes where its time belongs', () =>
    expect(ids(withNews(pages('b'), [entry('e12', at(6))]))).toEqual([
      ['e9', 'e8'],
      ['e12', 'e5', 'e4'],
    ]));

  it('takes the place of what it changes, once', () => {
    const changed = entry('e8', at(8), { text: 'changed' });
    const result = withNews(pages('b'), [changed, changed]);
    expect(ids(result)).toEqual(ids(pages('b')));
    expect(result[0]!.items[1]!.text).toBe('changed');
  });

  it('waits for its page where that is not read yet, and is the last where there is no more', () => {
    const old = entry('e13', at(1));
    expect(ids(withNews(pages('b'), [old]))).toEqual(ids(pages('b')));
    expect(ids(withNews(pages(null), [old]))[1]).toEqual(['e5', 'e4', 'e13']);
  });

  it('begins an empty line', () =>
    expect(ids(withNews([{ items: [] as Entry[], nextCursor: null }], [entry('e1', at(1))]))).toEqual([['e1']]));

  it('orders one moment by position', () =>
    expect(ids(withNews(pages('b'), [entry('e10', '2026-05-04T09:00:00.000Z')]))[0]).toEqual(['e10', 'e9', 'e8']));
});

describe('a task', () => {
  const task = entry('e1', at(1), { type: 'task', task: { id: 't', what: 'Call' } });
  const done = entry('e2', at(2), { type: 'task-completed', task: { id: 't', done: { at: at(2) } } });

  it('knows that it was done, and what was done is named', () =>
    expect(withTasksDone([done, task]).map((one) => [one.task?.what, one.task?.done?.at])).toEqual([
      ['Call', at(2)],
      ['Call', at(2)],
    ]));

  it('is open as long as nothing says otherwise', () => expect(withTasksDone([task])).toEqual([task]));
});
