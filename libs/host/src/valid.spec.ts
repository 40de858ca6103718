import { describe, expect, it } from '@jest/globals';
import { Rejection } from '@throughline/decider';
import { z } from 'zod';
import { check, list, valid } from './index.ts';
import { refusalOf } from './loopback.ts';
import { errorInLog } from './log.ts';

const reasonsFor = (schema: z.ZodType, value: unknown): string[] => {
  const checked = check(schema, value);
  return 'faults' in checked ? checked.faults.map(({ pointer, reason }) => `${pointer} ${reason}`.trim()) : [];
};

describe('why a value does not fit', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'is missing'],
    [z.string(), 1, 'is a number, and must be a text'],
    [z.number(), null, 'is null, and must be a number'],
    [z.coerce.number().int(), 'many', 'is not a number'],
    [z.array(z.string()), {}, 'is an object, and must be a list'],
    [z.strictObject({}), [], 'is a list, and must be an object'],
    [z.boolean(), 'true', 'is a text, and must be true or false'],
    [z.string().max(2), 'abc', 'has more than 2 characters'],
    [z.string().min(1), '', 'is empty'],
    [z.array(z.string()).max(1), ['a', 'b'], 'has more than 1 item'],
    [z.array(z.string()).min(2), ['a'], 'has fewer than 2 items'],
    [z.number().max(3), 4, 'is more than 3'],
    [z.number().min(3), 2, 'is less than 3'],
    [z.number().gt(3), 3, 'is not more than 3'],
    [z.number().lt(3), 3, 'is not less than 3'],
    [z.int(), 1.5, 'is a number, and must be a whole number'],
    [z.enum(['a', 'b']), 'c', 'is not one of a, b'],
    [z.literal('a'), 'c', 'can only be a'],
    [z.enum(['a', 'b', '']), 'c', 'is not one of a, b'],
    [z.enum(['a', 'b']), undefined, 'is missing'],
    [z.uuid(), 'x', 'is not a UUID'],
    [z.union([z.string(), z.number()]), true, 'has none of the forms that are taken here'],
    [z.string().refine(() => false, 'is silly'), 'x', 'is silly'],
    [z.string().regex(/a/, 'is not an a'), 'x', 'is not an a'],
    [z.strictObject({ a: z.string() }), { a: 'x', b: 1 }, '/b is not known here'],
    [z.record(z.string().max(1), z.number()), { ab: 1 }, '/ab has a key that is not taken here'],
  ])('%#', (schema, value, reason) => expect(reasonsFor(schema, value)).toEqual([reason]));

  it('is told for a hundred places at most', () => {
    expect(
      reasonsFor(
        z.array(z.string()),
        Array.from({ length: 1_000 }, () => 1),
      ),
    ).toHaveLength(100);
    const names = Array.from({ length: 1_000 }, (_, at) => [`n${at}`, 1]);
    expect(reasonsFor(z.strictObject({}), Object.fromEntries(names))).toHaveLength(100);
  });

  it('is told from where the value stands', () => {
    expect(() => valid(z.strictObject({ a: z.string() }), {}, 'InvalidItem', '/3')).toThrow(
      new Rejection('InvalidItem', '/3/a is missing.', [{ pointer: '/3/a', reason: 'is missing' }]),
    );
  });
});

describe('a cursor', () => {
  const entries = list('entries', z.tuple([z.string(), z.coerce.bigint()]));

  it('brings its key back', () => {
    const { items, nextCursor } = entries.page([1, 2, 3], 2, (n) => ['at', BigInt(n) + 2n ** 53n], ['acme']);
    expect(items).toEqual([1, 2]);
    expect(entries.after(nextCursor!, ['acme'])).toEqual(['at', 2n ** 53n + 2n]);
  });

  it('is none at the end', () => {
    expect(entries.page([1, 2], 2, () => ['at', 1n]).nextCursor).toBeNull();
    expect(entries.page([], 2, () => ['at', 1n]).nextCursor).toBeNull();
  });

  it('belongs to its list, scope and key', () => {
    const { nextCursor } = entries.page([1, 2], 1, () => ['at', 1n], ['acme']);
    const others = [list('others', z.tuple([z.string(), z.coerce.bigint()])), list('entries', z.tuple([z.string()]))];
    for (const other of others) expect(() => other.after(nextCursor!, ['acme'])).toThrow(Rejection);
    expect(() => entries.after(nextCursor!, ['globex'])).toThrow(/other filters/);
  });

  it.each(['', 'x', '%', 'bnVsbA', 'W10', 'e30', 'a'.repeat(2_000)])('is not %j', (cursor) => {
    expect(() => entries.after(cursor)).toThrow(Rejection);
  });
});

describe('who may ask', () => {
  it.each([undefined, '', ' ', 'localhost.', '127.0.0.1.nip.io', '[::1', 'user@localhost', '0x7f.1', '::1'])(
    'is not who asks for the host %j',
    (host) => expect(refusalOf({ method: 'GET', host })?.code).toBe('ForeignHost'),
  );

  it('is a page of ours, a program, or a reader', () => {
    const host = 'localhost:3000';
    expect(refusalOf({ method: 'POST', host })).toBeUndefined();
    expect(refusalOf({ method: 'POST', host, origin: 'http://localhost:3000' })).toBeUndefined();
    expect(refusalOf({ method: 'GET', host, origin: 'https://evil.example', site: 'cross-site' })).toBeUndefined();
    expect(refusalOf({ method: 'DELETE', host, origin: 'https://evil.example' })?.code).toBe('CrossOrigin');
  });
});

describe('an error in the log', () => {
  it('keeps what hangs on it to itself', () => {
    const error = Object.assign(new Error('duplicate key', { cause: new SyntaxError('{"handle": ann') }), {
      code: '23505',
      detail: 'Key (handle)=(ann@example.com) already exists.',
    });
    const told = errorInLog(error);
    expect(told).toMatchObject({
      kind: 'Error',
      code: '23505',
      message: 'duplicate key',
      cause: { kind: 'SyntaxError' },
    });
    expect(JSON.stringify(told)).not.toMatch(/ann/);
    expect(errorInLog(Object.assign(new Error('invalid input: "ann"'), { code: '22P02' }))).not.toHaveProperty(
      'message',
    );
    expect(errorInLog('ann')).toEqual({ kind: 'string' });
  });
});
