import type { Erasure } from '../src/erasure/shapes.ts';
import type { Answered, Asked } from './answers.ts';
import { idOf } from './made.ts';
import type { World } from './world.ts';

const erasedAt = '2026-05-06T10:00:00Z';

const begun = (customer: string): Erasure => ({
  id: idOf(970),
  customer,
  position: 900,
  erasedAt,
  state: 'erasing',
  waitsFor: ['keys', 'search', 'timeline'],
});

/** The same once it is certified. */
export const certified = (erasure: Erasure): Erasure => {
  const { waitsFor: _, ...rest } = erasure;
  return {
    ...rest,
    state: 'complete',
    certificate: {
      erasure: erasure.id,
      subjects: [erasure.customer, idOf(6)],
      keysDestroyedAt: erasedAt,
      completedAt: '2026-05-06T10:01:02Z',
      backupsUntil: '2026-06-05T10:00:00Z',
      stores: [
        { name: 'ledger', is: 'unreadable' },
        { name: 'keys', is: 'removed', count: 4 },
        { name: 'timeline@1', is: 'removed' },
        { name: 'quarantine', is: 'removed', count: 1 },
        { name: 'inbox', is: 'expires', until: '2026-05-13T10:00:00Z' },
        { name: 'hubspot-eu', is: 'theirs', count: 12 },
      ],
      key: 'b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184',
      signature: 'bm90IHNpZ25lZA==',
    },
  };
};

/** What is answered to whoever erases; undefined where it is about something else. */
export const erasureAnswers = (world: World, { method, path, query }: Asked): Answered | undefined => {
  const [, , place, id = ''] = path.split('/');
  if (method === 'DELETE' && place === 'customers') {
    const erasure = begun(id);
    world.erasures.push(erasure);
    world.customers = world.customers.map((one) =>
      one.id === id ? { id, handles: [], accounts: [], owner: null, entries: 0, erasedAt } : one,
    );
    return { status: 202, body: erasure };
  }
  if (place !== 'erasures') return undefined;
  const of = query.get('customer');
  if (id) return { body: world.erasures.find((one) => one.id === id) };
  return { body: { items: world.erasures.filter(({ customer }) => !of || customer === of), nextCursor: null } };
};
