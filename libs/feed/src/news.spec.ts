import { describe, expect, it } from '@jest/globals';
import { outages } from './news.ts';

describe('an outage', () => {
  it('is told when it begins and when it is over, and how often it was tried meanwhile', () => {
    const lines: unknown[] = [];
    const warn = (...line: unknown[]) => void lines.push(line);
    const outage = outages({ warn }, { group: 'g' }, { gone: 'away', back: 'back' });
    const [first, next] = [new Error('refused'), new Error('refused again')];
    outage.worked();
    outage.failed(first);
    for (let nth = 0; nth < 100; nth += 1) outage.failed(next);
    expect(lines).toEqual([[{ group: 'g', err: first }, 'away']]);
    outage.worked();
    outage.worked();
    expect(lines.slice(1)).toEqual([[{ group: 'g', failures: 101 }, 'back']]);
    outage.failed(next);
    expect(lines.slice(2)).toEqual([[{ group: 'g', err: next }, 'away']]);
  });
});
