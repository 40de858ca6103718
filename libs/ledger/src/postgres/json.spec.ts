import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import fc from 'fast-check';
import { sound } from '../command.ts';
import { command, event } from '../conformance/world.ts';

let database: TestDatabase;
let service: Database;
beforeAll(async () => {
  database = await postgres();
  service = connect({ url: database.service, application: 'spec' });
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const marks = '{ } [ ] " , : / \\ \\u \\ud800 0 1 9 . - + e E t r u f a l s n null 🧵'.split(' ');
const pieces = [...marks, ' ', '\n', '\t', '\r', '\u001f', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff'];
const texts = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...pieces)), { maxLength: 3 }),
  )
  .map(([text, edits]) =>
    edits.reduce((was, [place, cut, piece]) => {
      const at = place % (was.length + 1);
      return `${was.slice(0, at)}${piece}${was.slice(at + cut)}`;
    }, text),
  )
  .filter((text) => text.isWellFormed());

const isSound = (data: string): boolean => {
  try {
    return Boolean(sound(command('t', 's', { events: [event({ data })] })));
  } catch {
    return false;
  }
};

// A single command's JSON is read by the server alone, and what it refuses is named by us: neither may take what the other does not.
it('is the same to the server as to us', async () => {
  const all = fc.sample(texts, { numRuns: 20_000, seed: 7 });
  const { rows } = await service.query<{ valid: boolean }>(
    `select pg_input_is_valid(text, 'json') as valid from unnest($1::text[]) with ordinality as t (text, nth) order by nth`,
    [all],
  );
  const differing = all.filter((text, at) => isSound(text) !== rows[at]!.valid);
  expect(differing).toEqual([]);
  expect(rows.filter(({ valid }) => valid).length).toBeGreaterThan(1_000);
  expect(rows.filter(({ valid }) => !valid).length).toBeGreaterThan(1_000);
});
