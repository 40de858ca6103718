/** For specs: a projector whose events say themselves what it does, one table per merge rule, and random scripts for it. */
import { randomUUID } from 'node:crypto';
import type { NewEvent, StoredEvent } from '@throughline/ledger';
import fc from 'fast-check';
import { projector } from '../src/projector.ts';
import { type Change, type Row, table } from '../src/table.ts';

const columns = { tenant: 'text', id: 'text', position: 'bigint', a: 'text?', b: 'bigint?' } as const;
const key = ['tenant', 'id'] as const;

export const kept = table({ name: 'spec.kept', columns, key, merge: 'keep' });
export const replaced = table({ name: 'spec.replaced', columns, key, merge: 'replace' });
export const newest = table({
  name: 'spec.newest',
  columns: { ...columns, at: 'timestamptz' },
  key,
  merge: 'newest',
  by: ['at'],
});
export const oldest = table({
  name: 'spec.oldest',
  columns: { ...columns, at: 'timestamptz' },
  key,
  merge: 'oldest',
  by: ['at'],
});
export const added = table({
  name: 'spec.added',
  columns: { tenant: 'text', id: 'text', n: 'bigint', m: 'integer' },
  key,
  merge: 'add',
});

export const tables = [kept, replaced, newest, oldest, added] as const;

/** What one event does; where `breaks`, it cannot be applied. */
export type Script = { readonly changes: readonly Change[]; readonly breaks?: boolean };

/** The projector: does what the events say. */
export const scripted = projector({
  name: 'spec.scripted',
  version: 1,
  tables,
  events: ['SessionEnded'],
  *project(events) {
    for (const { data, position, tenant } of events) {
      const { changes, breaks } = JSON.parse(data.outcome!) as Script;
      if (breaks) throw new Error(`${position} breaks`);
      for (const { table, is, row } of changes)
        yield { table, is, row: rowAt(table, is, { ...row, tenant }, position) };
    }
  },
});

const rowAt = (name: string, is: Change['is'], row: Row, position: bigint): Row =>
  name === added.name || is === 'remove' ? row : { ...row, position };

/** The data of an event of this script. */
export const dataOf = (script: Script): string => JSON.stringify({ outcome: JSON.stringify(script) });

export const newEvent = (script: Script): NewEvent => ({
  id: randomUUID(),
  type: 'SessionEnded',
  occurredAt: '2026-05-04T09:30:00Z',
  data: dataOf(script),
  meta: '{"actor":"spec","schema":1}',
});

export const storedEvent = (position: number, script: Script, more: Partial<StoredEvent> = {}): StoredEvent => ({
  ...newEvent(script),
  position: BigInt(position),
  tenant: 'acme',
  stream: `conversation-${position}`,
  version: 1,
  recordedAt: '2026-05-04T09:30:00.000001Z',
  ...more,
});

const id = fc.constantFrom('1', '2', '3');
const value = { a: fc.option(fc.constantFrom('x', 'y"\\', '')), b: fc.option(fc.constantFrom(1, 2 ** 40)) };
// Equal instants written differently, and fractions of other lengths.
const at = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.25Z'); // prettier-ignore

const put = (table: string, row: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Change> =>
  fc.record({ table: fc.constant(table), is: fc.constant('put' as const), row: fc.record({ id, ...row }) });

const changesOf = (table: string): fc.Arbitrary<Change> =>
  fc.oneof(
    put(table, value),
    fc.record({
      table: fc.constant(table),
      is: fc.constant('patch' as const),
      row: fc.record({ id, ...value }, { requiredKeys: ['id'] }),
    }),
    fc.record({ table: fc.constant(table), is: fc.constant('remove' as const), row: fc.record({ id }) }),
  );

/** Any change of each table, without its tenant and position. */
export const changeOf: Readonly<Record<string, fc.Arbitrary<Change>>> = {
  [kept.name]: changesOf(kept.name),
  [replaced.name]: changesOf(replaced.name),
  [newest.name]: put(newest.name, { ...value, at }),
  [oldest.name]: put(oldest.name, { ...value, at }),
  [added.name]: put(added.name, { n: fc.constantFrom(-3, 2 ** 40), m: fc.constantFrom(0, 7) }),
};

const anyChange = fc.oneof(...Object.values(changeOf));

export const anyScript: fc.Arbitrary<Script> = fc.record({ changes: fc.array(anyChange, { maxLength: 4 }) });
