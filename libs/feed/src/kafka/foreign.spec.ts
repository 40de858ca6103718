import { describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { provenance } from './foreign.ts';
import type { Message } from './message.ts';

/** A ledger that was forked after 80 and goes up to 90 by now; its topic goes on to 100 of the future that was given up. */
const forkAt = async (position: bigint) => (position > 90n ? undefined : { epoch: position > 80n ? 2 : 1, id: null });

const sent = { prev: 0n, ledgerPrev: 0n, term: 1 };
const record = (position: bigint, epoch: number, id: string | null = null): Message => ({
  is: 'stub',
  position,
  sent: { ...sent, ledgerPrev: position - 1n, fork: { epoch, id } },
});

describe('where records come from', () => {
  it.each([
    ['beyond the head', [record(97n, 1)]],
    ['where the ledger has others by now', [record(85n, 1)]],
    ['before those that are in their place', [record(85n, 1), record(81n, 2)]],
  ])('finds those of a future that was given up, though their epoch was seen: %s', async (_, records) => {
    const check = provenance(forkAt);
    expect(await check([record(70n, 1), record(75n, 1)])).toBeUndefined();
    expect(await check(records)).toMatchObject({ name: 'ForeignTopic', message: expect.stringMatching(/given up|earlier time/) }); // prettier-ignore
  });

  it('55 finds those of another restore of the same dump, though both are the same epoch', async () => {
    const own = { epoch: 2, id: 'this restore' };
    const of = (position: bigint, id: string | null): Message => record(position, 2, id);
    const check = provenance(async () => own);
    expect(await check([of(85n, own.id)])).toBeUndefined();
    expect(await check([of(84n, 'another restore')])).toMatchObject({ name: 'ForeignTopic', message: expect.stringMatching('given up') }); // prettier-ignore
  });

  it('compares the epoch alone of what a relay sent that did not know of ids', async () => {
    const check = provenance(async () => ({ epoch: 2, id: 'this restore' }));
    expect(await check([record(85n, 2)])).toBeUndefined();
    expect(await check([record(86n, 2, 'this restore')])).toBeUndefined();
    expect(await check([record(84n, 1)])).toMatchObject({ name: 'ForeignTopic', message: expect.stringMatching('given up') }); // prettier-ignore
    const older = provenance(async () => ({ epoch: 2, id: null }));
    expect(await older([record(85n, 2, 'another restore')])).toMatchObject({ name: 'ForeignTopic' });
  });

  it('takes what the ledger has, also what comes again from before the fork', async () => {
    const check = provenance(forkAt);
    for (const records of [[record(79n, 1), record(81n, 2)], [record(60n, 1)], [record(90n, 2)], [record(82n, 2)]])
      expect(await check(records)).toBeUndefined();
  });

  it('asks the ledger once for a stretch, and not for what lies before one that it knows', async () => {
    const asked: bigint[] = [];
    const check = provenance((position) => {
      asked.push(position);
      return forkAt(position);
    });
    await check([record(10n, 1), record(20n, 1)]);
    await check([record(12n, 1), record(19n, 1)]);
    await check([record(21n, 1)]);
    expect(asked).toEqual([20n, 21n]);
  });

  it('asks the ledger once for what many partitions bring together, and again for what comes meanwhile', async () => {
    const asked: bigint[] = [];
    let answer = () => {};
    const check = provenance(async (position) => {
      asked.push(position);
      await new Promise<void>((resolve) => (answer = resolve));
      return forkAt(position);
    });
    const first = [check([record(10n, 1)]), check([record(12n, 1)]), check([record(11n, 1)])];
    await eventually(() => expect(asked).toEqual([12n]));
    const later = [check([record(20n, 1)]), check([record(85n, 1)]), check([record(9n, 1)])];
    answer();
    expect(await Promise.all(first)).toEqual([undefined, undefined, undefined]);
    await eventually(() => expect(asked).toEqual([12n, 85n]));
    answer();
    for (const one of later) expect(await one).toMatchObject({ name: 'ForeignTopic' });
  });

  it('asks again where the ledger was away', async () => {
    let isAway = true;
    const check = provenance(async (position) => {
      if (isAway) throw new Error('away');
      return forkAt(position);
    });
    await expect(check([record(10n, 1)])).rejects.toThrow('away');
    isAway = false;
    expect(await check([record(10n, 1)])).toBeUndefined();
    expect(await check([record(85n, 1)])).toMatchObject({ name: 'ForeignTopic' });
  });
});
