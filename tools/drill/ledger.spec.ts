import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cluster, type TestCluster } from '@throughline/testing';
import { isClean } from './drill.ts';
import { ledger } from './ledger.ts';

describe('a ledger whose PostgreSQL is stopped at once and whose backends are killed, again and again', () => {
  let server: TestCluster;
  beforeAll(async () => {
    server = await cluster();
  });
  afterAll(() => server.drop());

  it('has stored what it acknowledged, once, without holes, and proves it', async () => {
    const verdict = await ledger({ urls: server, server, minutes: 0.1, conversations: 4_000 });
    expect(verdict.faults).toMatchObject({ lost: 0, doubled: 0, holes: 0, unproven: 0 });
    expect(verdict.faults.acked).toBeGreaterThanOrEqual(4_000);
    expect(isClean(verdict)).toBe(true);
    expect(verdict.beside).toMatchObject({ stops: 20, kills: 20, verify: `the chain holds from 1 to ${verdict.faults.stored}` }); // prettier-ignore
    expect(verdict.beside.broken).toBeGreaterThanOrEqual(20);
  }, 300_000);
});
