import { expect, it } from '@jest/globals';
import type { Verdict } from '@throughline/ledger';
import type { TimelineOptions } from '../timeline.ts';
import { Proof } from './proof.ts';

it('verifies once at a time, so that the connections of projections and callers stay theirs', async () => {
  const verdicts: ((verdict: Verdict) => void)[] = [];
  const tx = () => new Promise<Verdict>((resolve) => verdicts.push(resolve));
  const options = { ledger: { abilities: { chained: true } }, projectorDb: { tx } } as unknown as TimelineOptions;
  const proof = new Proof(options, undefined);
  const verdict = { ok: true, from: 1n, to: 3n, hash: 'c0' } as const;
  for (const _ of ['first', 'after it']) {
    const first = proof.verify({ to: 3n });
    await expect(proof.verify({ to: 3n })).rejects.toMatchObject({ code: 'Busy', retryAfter: 5 });
    verdicts.pop()!(verdict);
    expect(await first).toEqual(verdict);
  }
});
