import { describe, expect, it } from '@jest/globals';
import { cleanLine, cleanText, cutTo, cutToBytes } from './clean.ts';

describe('text that can be stored', () => {
  it('shows what PostgreSQL cannot hold, and ends its lines in one way', () =>
    expect(cleanText('a\0b\r\nc\rd\ud800e')).toBe('a\u2400b\nc\nd\ufffde'));
  it('is one line where it must be', () => expect(cleanLine(' a\r\n\t b\u0007c ')).toBe('a b c'));
  it('is never cut within a character', () => {
    expect(cutTo('ab😀', 3)).toBe('ab');
    expect(cutTo('ab😀', 4)).toBe('ab😀');
    expect(cutToBytes('aé😀', 3)).toBe('aé');
    expect(cutToBytes('aé😀', 6)).toBe('aé');
    expect(cutToBytes('aé😀', 7)).toBe('aé😀');
  });
});
