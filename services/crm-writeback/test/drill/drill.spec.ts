import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { writebackDrill } from './drill.ts';

describe('conversations that end while workers and the CRM are killed again and again', () => {
  let urls: TestDatabase;
  beforeAll(async () => {
    urls = await postgres();
  });
  afterAll(() => urls.drop());

  it('are each in the CRM once, those of a contact in their order', async () => {
    const tell = process.env.DRILL_TELL ? (line: string) => process.stderr.write(`${line}\n`) : undefined;
    const result = await writebackDrill({
      urls,
      conversations: 300,
      contacts: 25,
      workers: 2,
      killEveryMs: 2_000,
      kills: 6,
      restMs: 120_000,
      tell,
    });
    expect(result).toMatchObject({ acked: 300, stored: 300, lost: 0, doubled: 0, holes: 0, disordered: 0 });
    expect(result.killed.workers).toBeGreaterThanOrEqual(4);
    expect(result.killed.crm).toBeGreaterThanOrEqual(2);
  }, 240_000);
});
