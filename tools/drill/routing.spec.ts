import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { isClean } from './drill.ts';
import { routing } from './routing.ts';

const tell = process.env.DRILL_TELL ? (line: string) => void process.stderr.write(`${line}\n`) : undefined;

describe('conversations that begin while two replicas of routing are killed and frozen again and again', () => {
  let urls: TestDatabase;
  beforeAll(async () => {
    urls = await postgres();
  });
  afterAll(() => urls.drop());

  it('have each one owner, given in fair turns, and are never nobody’s', async () => {
    const verdict = await routing({ urls, minutes: 0.25, conversations: 300, tell });
    expect(verdict.faults).toEqual({ acked: 300, stored: 300, lost: 0, doubled: 0, holes: 0, unowned: 0, unfair: 0 });
    expect(isClean(verdict)).toBe(true);
    const { struck, turns } = verdict.beside as { struck: Record<string, number>; turns: number[] };
    for (const blow of ['replica 1 killed', 'replica 2 killed', 'replica 1 frozen'])
      expect(struck[blow]).toBeGreaterThanOrEqual(1);
    expect(turns).toHaveLength(7);
  }, 300_000);
});
