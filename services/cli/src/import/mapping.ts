import jsonata from 'jsonata';
import { textOf } from '../file.ts';
import { flawOf } from './check.ts';
import type { Item } from './source.ts';

/** Turns one record of somebody's export into interactions (bodies of `POST /v1/interactions`). */
export type Mapping = (record: unknown) => Promise<readonly unknown[]>;

/** A record that is not an interaction, and that no mapping makes one. */
class Unmapped extends Error {
  constructor(record: unknown) {
    super(`is no interaction (${flawOf(record)}); --map FILE says how it becomes one (docs/importing.md)`);
  }
}

const needed = ['source', 'key', 'channel', 'direction', 'occurredAt', 'participants'];

/** Without a mapping a record is an interaction already: one that has hardly anything of it asks for a mapping. */
export const asItIs: Mapping = async (record) => {
  const there = typeof record === 'object' && record !== null ? needed.filter((name) => name in record) : [];
  const isRow = !Array.isArray((record as { participants?: unknown } | null)?.participants);
  if (isRow && there.length < needed.length - 1) throw new Unmapped(record);
  return [record];
};

/** A JSONata expression from a file, applied to each record; it may answer one interaction, a list, or nothing. */
export const mappingOf = async (path: string): Promise<Mapping> => {
  const text = await textOf(path);
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text);
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    throw new Error(`${path}: not a JSONata expression: ${message} (at character ${position ?? '?'})`, {
      cause: error,
    });
  }
  return async (record) => {
    const answer: unknown = await expression.evaluate(record);
    if (answer === undefined || answer === null) return [];
    return Array.isArray(answer) ? [...(answer as unknown[])] : [answer];
  };
};

/** An interaction of a record and where it came from, or why there is none. */
export type Mapped = { readonly from: string } & (
  { readonly is: 'interaction'; readonly body: unknown } | { readonly is: 'rejected'; readonly reason: string }
);

/** What a record comes to. Nothing is dropped in silence: a record that maps to nothing is rejected and says so. */
export const applyMapping = async (
  item: Item & { is: 'record' },
  mapping: Mapping,
  backfill: boolean,
): Promise<Mapped[]> => {
  const { from } = item;
  try {
    const bodies = await mapping(item.record);
    if (bodies.length === 0) return [{ is: 'rejected', from, reason: 'the mapping yields nothing for it' }];
    return bodies.map((body) => ({ is: 'interaction', from, body: backfill ? asHistory(body) : body }));
  } catch (error) {
    const { message } = error as Error;
    return [{ is: 'rejected', from, reason: error instanceof Unmapped ? message : `the mapping fails: ${message}` }];
  }
};

const asHistory = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? { backfill: true, ...body } : body;
