import { type Change, orderOf, type Row, type Shape, valuesOf } from './table.ts';
import { compare, keyText } from './types.ts';

/**
 * What a run of changes does to one row, whatever the row is like: where there is none, `absent` is made (or nothing);
 * where there is one, it is left, gone, or takes new values.
 *
 * These are the functions from "a row or none" to "a row or none" that put, patch and remove generate, and they are
 * closed under composition. That is why it does not matter how events are cut into batches: a batch is a composition.
 */
export type Effect = { readonly key: Row; readonly absent?: Row; readonly present: Present };

/** What a batch does, table by table. */
export type Effects = readonly (readonly [Shape, readonly Effect[]])[];

type Present =
  | { readonly is: 'left' }
  | { readonly is: 'gone' }
  | { readonly is: 'patched'; readonly values: Row }
  /** Merged in the database with the row that is put, by the table's rule: `newest`, `oldest` and `add`. */
  | { readonly is: 'merged' };

/** What the changes of one table come to: one effect per row, in the order of the keys (so that locks are taken in one order). */
export const effectsOf = (shape: Shape, changes: readonly Change[]): readonly Effect[] => {
  const effects = new Map<string, Effect>();
  for (const change of changes) {
    const key = shape.key.map((column) => keyText(shape.columns[column]!, change.row[column])).join('\0');
    const later = effectOf(shape, change);
    const earlier = effects.get(key);
    effects.set(key, earlier ? compose(shape, earlier, later) : later);
  }
  return [...effects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, effect]) => effect);
};

function effectOf(shape: Shape, { is, row }: Change): Effect {
  switch (is) {
    case 'put':
      return { key: row, absent: row, present: presentOfPut(shape, row) };
    case 'patch':
      return { key: row, present: { is: 'patched', values: given(shape, row) } };
    case 'remove':
      return { key: row, present: { is: 'gone' } };
  }
}

function presentOfPut(shape: Shape, row: Row): Present {
  switch (shape.merge) {
    case 'keep':
      return { is: 'left' };
    case 'replace':
      return { is: 'patched', values: whole(shape, row) };
    case 'newest':
    case 'oldest':
    case 'add':
      return { is: 'merged' };
  }
}

function compose(shape: Shape, first: Effect, then: Effect): Effect {
  if (then.present.is === 'merged') {
    if (!first.absent) throw new TypeError(`a row that was removed from ${shape.name} is put again in the same batch`);
    return { ...first, absent: mergeOf(shape, first.absent, then.absent!) };
  }
  return {
    key: first.key,
    absent: first.absent ? applied(first.absent, then.present) : then.absent,
    present: presentOf(shape, first.present, then),
  };
}

function applied(row: Row, present: Present): Row | undefined {
  switch (present.is) {
    case 'left':
    case 'merged':
      return row;
    case 'gone':
      return undefined;
    case 'patched':
      return { ...row, ...present.values };
  }
}

function presentOf(shape: Shape, first: Present, then: Effect): Present {
  if (first.is === 'gone') return then.absent ? { is: 'patched', values: whole(shape, then.absent) } : first;
  if (then.present.is === 'left') return first;
  if (first.is === 'patched' && then.present.is === 'patched')
    return { is: 'patched', values: { ...first.values, ...then.present.values } };
  return then.present;
}

function mergeOf(shape: Shape, one: Row, other: Row): Row {
  if (shape.merge === 'add') return sumOf(shape, one, other);
  const sign = shape.merge === 'oldest' ? -1 : 1;
  for (const column of orderOf(shape)) {
    const difference = sign * compare(shape.columns[column]!, other[column], one[column]);
    if (difference !== 0) return difference > 0 ? other : one;
  }
  return one;
}

function sumOf(shape: Shape, one: Row, other: Row): Row {
  const sums = valuesOf(shape).map((column) => [
    column,
    BigInt(one[column] as number) + BigInt(other[column] as number),
  ]);
  return { ...one, ...Object.fromEntries(sums) };
}

const whole = (shape: Shape, row: Row): Row =>
  Object.fromEntries(valuesOf(shape).map((column) => [column, row[column] ?? null]));

const given = (shape: Shape, row: Row): Row =>
  Object.fromEntries(
    valuesOf(shape)
      .filter((column) => row[column] !== undefined)
      .map((column) => [column, row[column]]),
  );
