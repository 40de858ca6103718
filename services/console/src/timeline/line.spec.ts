import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../shapes.ts';
import { lineOf } from './line.ts';

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

  it('shows silence as silence', () => {
    const rows = lineOf([entry('2026-05-04T12:00:00Z'), entry('2026-03-25T12:00:00Z')], new Set());
    expect(rows.map(({ is }) => is)).toEqual(['day', 'entry', 'silence', 'day', 'entry']);
    expect(rows[2]).toMatchObject({ ms: 40 * 86_400_000 });
  });

  it('folds a stretch of one conversation, and unfolds it', () => {
    const chat = ['12:04', '12:03', '12:02', '12:01'].map((at) => entry(`2026-05-04T${at}:00Z`));
    expect(kinds(chat)).toEqual(['day', 'fold']);
    expect(kinds(chat, new Set([`fold-${chat[0]!.id}`]))).toEqual(['day', 'entry', 'entry', 'entry', 'entry']);
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
