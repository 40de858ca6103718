import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../shapes.ts';
import { lineOf, rowIndexOf } from './line.ts';
import { wholeLineOf } from './to-come.ts';

let position = 100;
const entry = (occurredAt: string, conversation = 'a', type = 'interaction'): Entry => ({
  id: `e${position--}`,
  position,
  occurredAt,
  recordedAt: occurredAt,
  type,
  conversation,
  participants: [],
});
const kinds = (entries: Entry[], unfolded = new Set<string>()) => lineOf(entries, unfolded).map(({ is }) => is);

describe('the line', () => {
  it('is empty without entries', () => expect(kinds([])).toEqual([]));

  it('names each day once', () =>
    expect(kinds([entry('2026-05-04T15:00:00Z'), entry('2026-05-04T14:00:00Z', 'b'), entry('2026-05-03T12:00:00Z')])).toEqual([
      'day', 'entry', 'entry', 'day', 'entry',
    ])); // prettier-ignore

  it('ends where it is told, with the silence until then', () => {
    const rows = lineOf([entry('2026-05-04T12:00:00Z')], new Set(), '2026-07-04T12:00:00Z');
    expect(rows.map(({ is }) => is)).toEqual(['silence', 'day', 'entry']);
  });

  it('shows silence as silence', () => {
    const rows = lineOf([entry('2026-05-04T12:00:00Z'), entry('2026-03-25T12:00:00Z')], new Set());
    expect(rows.map(({ is }) => is)).toEqual(['day', 'entry', 'silence', 'day', 'entry']);
    expect(rows[2]).toMatchObject({ ms: 40 * 86_400_000 });
  });

  it('folds a stretch of one conversation, and unfolds it', () => {
    const chat = ['12:04', '12:03', '12:02', '12:01'].map((at) => entry(`2026-05-04T${at}:00Z`));
    expect(kinds(chat)).toEqual(['day', 'fold']);
    const unfolded = lineOf(chat, new Set([chat[2]!.id]));
    expect(unfolded.map(({ is }) => is)).toEqual(['day', 'fold', 'entry', 'entry', 'entry', 'entry']);
    expect(unfolded[1]).toMatchObject({ open: true, key: `fold-${chat[0]!.id}` });
    expect(unfolded[2]).toMatchObject({ inFold: true });
  });

  it('finds an entry within a fold', () => {
    const chat = ['12:04', '12:03', '12:02', '12:01'].map((at) => entry(`2026-05-04T${at}:00Z`));
    const rows = lineOf([entry('2026-05-05T12:00:00Z', 'b'), ...chat], new Set());
    expect(rowIndexOf(rows, chat[2]!.id)).toBe(3);
    expect(rowIndexOf(rows, 'elsewhere')).toBe(-1);
  });

  it('does not fold over a decision or into another conversation', () => {
    const at = (minute: string) => `2026-05-04T12:${minute}:00Z`;
    const mixed = [
      entry(at('05')),
      entry(at('04')),
      entry(at('03'), 'a', 'task'),
      entry(at('02')),
      entry(at('01'), 'b'),
    ];
    expect(kinds(mixed)).toEqual(['day', 'entry', 'entry', 'entry', 'entry', 'entry']);
  });
});

describe('what is to come', () => {
  const now = Date.parse('2026-05-06T10:00:00Z');
  const met = (occurredAt: string, conversation: string): Entry => ({
    ...entry(occurredAt, conversation),
    channel: 'meeting',
  });
  const whole = (entries: Entry[], at: number | undefined = now) =>
    wholeLineOf(entries, new Set(), { now: at, until: undefined });
  const said = entry('2026-05-06T10:01:00Z', 'b');
  const far = met('2026-08-08T10:00:00Z', 'c');
  const near = met('2026-05-06T10:00:30Z', 'd');
  const old = entry('2026-03-01T10:00:00Z', 'e');

  it('stands apart, under a heading, above now, and no silence lies ahead', () => {
    const rows = whole([far, said, near, old]);
    expect(rows.map(({ is }) => is)).toEqual(['to-come', 'day', 'entry', 'day', 'entry', 'now', 'day', 'entry', 'silence', 'day', 'entry']); // prettier-ignore
    expect(rows.flatMap((row) => (row.is === 'entry' ? row.entry : []))).toEqual([far, near, said, old]);
  });

  it('is there no more once it has begun, and what a clock ahead told never was', () => {
    expect(whole([said, near, old], Date.parse('2026-05-06T10:00:30Z')).map(({ is }) => is)).not.toContain('now');
    expect(whole([said, old]).map(({ is }) => is)).not.toContain('now');
  });

  it('stands for itself where nothing has happened yet, and apart from nothing where no time is known', () => {
    expect(whole([far]).map(({ is }) => is)).toEqual(['to-come', 'day', 'entry', 'now']);
    expect(wholeLineOf([far], new Set(), { now: undefined, until: undefined }).map(({ is }) => is)).toEqual(['day', 'entry']); // prettier-ignore
  });
});
