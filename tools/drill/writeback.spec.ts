import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { isClean } from './drill.ts';
import { writeback } from './writeback.ts';

const tell = process.env.DRILL_TELL ? (line: string) => void process.stderr.write(`${line}\n`) : undefined;

describe('conversations that end while workers and the CRM are killed again and again', () => {
  let urls: TestDatabase;
  beforeAll(async () => {
    urls = await postgres();
  });
  afterAll(() => urls.drop());

  it('are each in the CRM once, those of a contact in their order', async () => {
    const verdict = await writeback({ urls, minutes: 0.3, conversations: 300, tell });
    expect(verdict.faults).toEqual({
      acked: 300, stored: 300, lost: 0, doubled: 0, holes: 0, disordered: 0, scriptedLost: 0, scriptedDoubled: 0, unplayed: 0,
    }); // prettier-ignore
    expect(isClean(verdict)).toBe(true);
    const { killed } = verdict.beside as { killed: Record<string, number> };
    for (const name of ['worker 1', 'worker 2', 'the CRM']) expect(killed[`${name} killed`]).toBeGreaterThanOrEqual(1);
  }, 300_000);
});
