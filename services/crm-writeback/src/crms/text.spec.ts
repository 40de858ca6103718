import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf, fitting, stepLine } from './text.ts';

describe('a text that has to fit', () => {
  it('stays as it is where it does', () => expect(fitting('All of it.', 10)).toBe('All of it.'));
  it('says by how much it was shortened, and where the rest is', () =>
    expect(fitting('one two three four five six seven eight nine ten eleven twelve', 50, 'https://t.example')).toMatch(
      /^one two…?[\s\S]*\[… \d+ more characters: https:\/\/t\.example\]$/,
    ));
  it('never exceeds the limit, is well formed, and accounts for what is missing', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 60, max: 300 }), (text, most) => {
        const short = fitting(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        if (text.length <= most) return expect(short).toBe(text);
        const [, kept, left] = /^([\s\S]*)\n\[… (\d+) more characters\]$/.exec(short)!;
        expect(text.startsWith(kept!)).toBe(true);
        expect(kept!.length + Number(left)).toBe(text.length);
        expect(kept!.isWellFormed() || !text.isWellFormed()).toBe(true);
      }),
    ));
});

describe('what changes of a contact', () => {
  const fields = { is: 'contact', reference: 'r' } as const;
  it('is a later date, never an earlier one', () =>
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.date({ noInvalidDate: true }), (wanted, known) => {
        const changes = changesOf(
          { ...fields, lastContact: wanted.toISOString() },
          { lastContact: known.toISOString() },
        );
        expect(changes.lastContact !== undefined).toBe(wanted > known);
      }),
    ));
  it('is a date where none is known', () =>
    expect(changesOf({ ...fields, lastMeeting: '2026-05-04T09:30:00Z' }, { lastMeeting: 'never' })).toEqual({
      lastMeeting: '2026-05-04T09:30:00Z',
    }));
  it('is a next step that is another one, or none any more', () => {
    const step = { what: 'Call', owner: { handle: 'email:bo@acme.example', name: 'Bo' }, due: '2026-05-05T10:00:00Z' };
    expect(changesOf({ ...fields, nextStep: step }, { nextStep: stepLine(step) })).toEqual({});
    expect(changesOf({ ...fields, nextStep: null }, { nextStep: stepLine(step) })).toEqual({ nextStep: '' });
    expect(changesOf(fields, { nextStep: stepLine(step) })).toEqual({});
  });
});
