import { createHash } from 'node:crypto';
import type { Effect, Effects } from './effect.ts';
import { orderOf, type Row, type Shape, valuesOf } from './table.ts';
import { columnOf, travelOf } from './types.ts';

/** One prepared statement. */
export type Statement = { readonly name: string; readonly text: string; readonly values: unknown[] };

/** One kind of write to one table, for many rows. */
type Part = { readonly shape: Shape; readonly is: 'put' | 'patch' | 'remove'; readonly columns: readonly string[] };

/** The checkpoint that lets the statement write: its key, its turn, where it goes, and the turn that is then. */
export type Move = {
  readonly projection: string;
  readonly version: number;
  readonly partition: string;
  readonly turn: bigint;
  readonly to: bigint;
  readonly next: bigint;
  /** What is kept of the event there; what is kept stays where there is none. */
  readonly ground: string | undefined;
};

/**
 * The one statement of a batch: moves the checkpoint if its turn is as expected, and only then writes the rows. Answers
 * one row, `moved`: whether it did.
 *
 * Its commit does not wait for the disk: what a crash of the server takes away of it, it takes away whole and from the
 * end, and all of it is made again from the ledger, whose own commits are durable.
 */
export const statementOf = (move: Move, effects: Effects): Statement => {
  const parts: Part[] = [];
  const { projection, version, partition, turn, to, next, ground } = move;
  const values: unknown[] = [projection, version, partition, turn, to, next, ground];
  for (const [shape, ofTable] of effects) {
    for (const { part, rows } of partsOf(shape, ofTable)) {
      if (rows.length === 0) continue;
      parts.push(part);
      for (const column of part.columns)
        values.push(
          columnOf(
            typeOf(shape, column),
            rows.map((row) => row[column]),
          ),
        );
    }
  }
  return { ...preparedFor(parts), values };
};

const mask = 'mask of values';
const typeOf = (shape: Shape, column: string) => (column === mask ? 'bigint' : shape.columns[column]!);

function partsOf(shape: Shape, effects: readonly Effect[]): readonly { part: Part; rows: Row[] }[] {
  const puts: Row[] = [];
  const patches: Row[] = [];
  const removes: Row[] = [];
  for (const { key, absent, present } of effects) {
    if (absent) puts.push(absent);
    if (present.is === 'gone') removes.push(key);
    // A row put into a `replace` table is its own patch.
    if (present.is === 'patched' && !(absent && shape.merge === 'replace'))
      patches.push({ ...keyOf(shape, key), ...present.values, [mask]: maskOf(shape, present.values) });
  }
  const all = Object.keys(shape.columns);
  return [
    { part: { shape, is: 'put', columns: all }, rows: puts },
    { part: { shape, is: 'patch', columns: [...all, mask] }, rows: patches },
    { part: { shape, is: 'remove', columns: shape.key }, rows: removes },
  ];
}

const keyOf = (shape: Shape, row: Row): Row => Object.fromEntries(shape.key.map((column) => [column, row[column]]));

const maskOf = (shape: Shape, values: Row): bigint =>
  valuesOf(shape).reduce((bits, column, at) => (Object.hasOwn(values, column) ? bits | (1n << BigInt(at)) : bits), 0n);

const prepared = new Map<string, { readonly name: string; readonly text: string }>();

function preparedFor(parts: readonly Part[]): { readonly name: string; readonly text: string } {
  const key = parts.map(({ shape, is }) => `${numberOf(shape)} ${is}`).join();
  let statement = prepared.get(key);
  if (!statement) {
    const text = textOf(parts);
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
    prepared.set(key, (statement = { name: `throughline.batch.${digest}`, text }));
  }
  return statement;
}

const numbers = new WeakMap<Shape, number>();
let shapes = 0;

function numberOf(shape: Shape): number {
  const known = numbers.get(shape) ?? (shapes += 1);
  numbers.set(shape, known);
  return known;
}

function textOf(parts: readonly Part[]): string {
  let next = 8;
  const writes = parts.map((part, at) => {
    const from = sourceOf(part, next);
    next += part.columns.length;
    return `, write_${at} as (${writeOf(part, from)})`;
  });
  return `with moved as (
  update read_model.checkpoint set position = $5, turn = $6, ground = coalesce($7, ground), moved_at = now()
  where projection = $1 and version = $2 and partition = $3 and turn = $4 returning 1
)${writes.join('')}
select exists (select from moved) as moved, set_config('synchronous_commit', 'off', true)`;
}

const quote = (column: string): string => `"${column}"`;

function sourceOf({ shape, columns }: Part, first: number): string {
  const arrays = columns.map((column, at) => `$${first + at}::${travelOf(typeOf(shape, column)).as}[]`);
  return `unnest(${arrays.join(', ')}) as source(${columns.map(quote).join(', ')})`;
}

function valueOf(shape: Shape, column: string): string {
  const element = `source.${quote(column)}`;
  return travelOf(typeOf(shape, column)).cast?.(element) ?? element;
}

const allowed = 'exists (select from moved)';

function writeOf({ shape, is, columns }: Part, from: string): string {
  const sameKey = shape.key.map((column) => `target.${quote(column)} = source.${quote(column)}`).join(' and ');
  switch (is) {
    case 'put':
      return `
  insert into ${shape.name} as target (${columns.map(quote).join(', ')})
  select ${columns.map((column) => valueOf(shape, column)).join(', ')} from ${from} where ${allowed}
  on conflict (${shape.key.map(quote).join(', ')}) do ${mergeOf(shape)}`;
    case 'patch':
      return `
  update ${shape.name} as target set ${valuesOf(shape)
    .map((column, at) => `${quote(column)} = ${patched(shape, column, at)}`)
    .join(', ')}
  from ${from} where ${sameKey} and ${allowed}`;
    case 'remove':
      return `
  delete from ${shape.name} as target using ${from} where ${sameKey} and ${allowed}`;
  }
}

const patched = (shape: Shape, column: string, at: number): string =>
  `case when source.${quote(mask)} & ${1n << BigInt(at)} <> 0 then ${valueOf(shape, column)} else target.${quote(column)} end`;

function mergeOf(shape: Shape): string {
  const values = valuesOf(shape);
  if (shape.merge === 'keep' || values.length === 0) return 'nothing';
  const sum = shape.merge === 'add';
  const assigned = values.map(
    (column) => `${quote(column)} = ${sum ? `target.${quote(column)} + ` : ''}excluded.${quote(column)}`,
  );
  return `update set ${assigned.join(', ')}${conditionOf(shape)}`;
}

function conditionOf(shape: Shape): string {
  const order = (of: string) =>
    `(${orderOf(shape)
      .map((column) => `${of}.${quote(column)}`)
      .join(', ')})`;
  switch (shape.merge) {
    case 'newest':
      return ` where ${order('excluded')} > ${order('target')}`;
    case 'oldest':
      return ` where ${order('excluded')} < ${order('target')}`;
    case 'keep':
    case 'replace':
    case 'add':
      return '';
  }
}
