import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Conflict } from '@throughline/decider';
import { LedgerBusy, LedgerUnavailable, memoryLedger, type Ledger } from '@throughline/ledger';
import { memoryKeyStore, quarterOf, Vault } from '@throughline/privacy';
import { type Fact, record } from './record.ts';

const owner = (nth: number) => `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;

const fact = (nth: number, more: Partial<Fact> = {}): Fact => ({
  draft: {
    type: 'NoteWritten',
    id: randomUUID(),
    occurredAt: '2026-05-04T09:30:00Z',
    data: { note: randomUUID(), subject: owner(nth), text: 'words' },
    meta: { actor: 'spec' },
  },
  stream: `handle-${nth}`,
  fingerprint: 'ab'.repeat(32),
  ...more,
});

const ground = (ledger: Pick<Ledger, 'append' | 'tail'> = memoryLedger()) => {
  const keys = memoryKeyStore();
  return { keys, deps: { ledger, vault: new Vault(keys) } };
};

describe('recording', () => {
  it('answers each fact in its order, over many slices', async () => {
    const { deps } = ground();
    const facts = Array.from({ length: 1_201 }, (_, nth) => fact(nth));
    const first = await record(deps, 'acme', facts);
    expect(first.map((one) => one.is !== 'refused' && one.position)).toEqual(facts.map((_, nth) => BigInt(nth + 1)));
    const again = await record(deps, 'acme', facts);
    expect(again).toEqual(first.map((one) => ({ ...one, is: 'duplicate' })));
  });

  it('refuses one whose owner was erased, and no other', async () => {
    const { deps, keys } = ground();
    await keys.destroy('acme', [`${owner(1)}/${quarterOf(new Date())}`]);
    const recordings = await record(deps, 'acme', [fact(0), fact(1), fact(2)]);
    expect(recordings.map(({ is }) => is)).toEqual(['captured', 'refused', 'captured']);
    expect(recordings[1]).toMatchObject({ error: { code: 'SubjectErased' } });
  });

  it('refuses one that no ledger can store, and no other', async () => {
    const { deps } = ground();
    const recordings = await record(deps, 'acme', [fact(0), fact(1, { stream: 'a\u001eb' }), fact(2)]);
    expect(recordings.map(({ is }) => is)).toEqual(['captured', 'refused', 'captured']);
    expect(recordings[1]).toMatchObject({ error: { code: 'NotStorable' } });
  });

  it('tells a lost race', async () => {
    const { deps } = ground();
    await record(deps, 'acme', [fact(0)]);
    const [lost] = await record(deps, 'acme', [fact(0, { expected: 'none' })]);
    expect(lost).toEqual({ is: 'refused', error: new Conflict('handle-0', 1) });
  });

  it.each([
    ['has too much to do', LedgerBusy, 'Busy'],
    ['cannot be reached', LedgerUnavailable, 'Busy'],
  ])('asks to come again where the ledger %s', async (_, error, code) => {
    const append = () => Promise.reject(new error('no'));
    const { deps } = ground({ ...memoryLedger(), append });
    await expect(record(deps, 'acme', [fact(0)])).rejects.toMatchObject({
      code,
      retryAfter: expect.any(Number),
      cause: { message: 'no' },
    });
  });
});
