import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keyId, memoryKeyStore } from '@throughline/privacy';
import { eventually } from '@throughline/testing';
import { said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';
import { erasureBy } from './erasure.query.ts';
import { ErasureWorker } from './erasure.worker.ts';
import { advance, type Deps, eraseAgain } from './erasing.ts';

let on: Served;
beforeAll(async () => {
  on = await served({ ERASURE_SETTLES: 0 });
  // What works by itself is stopped: the spec says how far each process comes.
  await on.app.get(ErasureWorker).onApplicationShutdown();
});
afterAll(() => on.close());

class Killed extends Error {}

/** The same, in a process that is killed before the nth thing it does to a store, or right after. */
const killedAt = (deps: Deps, nth: number, when: 'before' | 'after'): Deps => {
  let done = 0;
  const guarded = <T extends object>(of: T, names: readonly (keyof T)[]): T =>
    new Proxy(of, {
      get: (target, name, own) => {
        const value: unknown = Reflect.get(target, name, own);
        if (typeof value !== 'function' || !names.includes(name as keyof T)) return typeof value === 'function' ? value.bind(target) : value; // prettier-ignore
        return async (...args: unknown[]) => {
          done += 1;
          if (done === nth && when === 'before') throw new Killed();
          const answer: unknown = await value.apply(target, args);
          if (done === nth) throw new Killed();
          return answer;
        };
      },
    });
  return {
    ...deps,
    db: guarded(deps.db, ['asTenant']),
    projectorDb: guarded(deps.projectorDb, ['query']),
    keys: guarded(deps.keys, ['erase']),
    ledger: guarded(deps.ledger, ['append']),
    quarantine: guarded(deps.quarantine, ['list', 'show', 'destroy']),
  };
};

it.each(['before', 'after'] as const)('goes on wherever it was killed, %s a step, and ends once', async (when) => {
  const { deps } = on.app.get(ErasureWorker);
  const handle = `email:${when}@example.com`;
  await on.ask('/v1/interactions', { json: said({ participants: [{ role: 'customer', handle }] }) });
  const id = on.vault.handleId('default', handle);
  const { body } = await on.ask(`/v1/customers/${id}/data`, { method: 'DELETE' });
  const row = await eventually(async () => {
    const found = await on.db.asTenant('default', (client) => erasureBy(client, 'default', body.id));
    expect(found).toBeDefined();
    return found!;
  });
  const ends: unknown[] = [];
  for (let nth = 1; ends.at(-1) !== 'went through'; nth += 1)
    ends.push(await eventually(async () => {
      const waiting = await advance(killedAt(deps, nth, when), row).catch((error: unknown) => error);
      if (waiting instanceof Killed) return waiting;
      // Projections that are read on meanwhile are no death.
      expect(waiting).toEqual([]);
      return 'went through';
    })); // prettier-ignore
  expect(ends.length).toBeGreaterThan(6);
  // Another process that did not hear of it yet.
  expect(await advance(deps, row)).toEqual([]);
  const events = await on.events();
  expect(events.filter(({ type, data }) => type === 'ErasureCompleted' && data.erasure === body.id)).toHaveLength(1);
  expect(JSON.stringify(await on.vault.open('default', await on.ledger.read('default', `handle-${id}`)), (_, value: unknown) => (typeof value === 'bigint' ? 0 : value))).not.toContain(handle); // prettier-ignore
});

it('is done again to keys that were brought back from before it, and only to those', async () => {
  const { deps } = on.app.get(ErasureWorker);
  const handle = 'email:copied@example.com';
  await on.ask('/v1/interactions', { json: said({ participants: [{ role: 'customer', handle }] }) });
  const id = on.vault.handleId('default', handle);
  const before = await deps.keys.ownedBy('default', id);
  expect(before).not.toEqual([]);
  await on.ask(`/v1/customers/${id}/data`, { method: 'DELETE' });
  await eventually(async () => expect(await on.ask(`/v1/erasures?customer=${id}`)).toMatchObject({ body: { items: [{ customer: id }] } })); // prettier-ignore
  expect(await eraseAgain(deps)).toBe(0);
  // Keys that know of nobody who was erased, and one of another person.
  const keys = memoryKeyStore();
  const other = keyId(randomUUID(), '2026Q4');
  await keys.keys('default', [...before, other]);
  const restarted = new ErasureWorker({ ...deps, keys }, deps.settings, deps.quarantine);
  await restarted.onApplicationBootstrap();
  expect(keys.isErased('default', id)).toBe(true);
  await restarted.onApplicationShutdown();
  expect([...(await keys.find('default', [...before, other])).keys()]).toEqual([other]);
  expect(await eraseAgain({ ...deps, keys })).toBe(0);
  keys.close();
});
