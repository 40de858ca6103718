import { migrations, postgresLedger, verifyLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { type Bench, compete } from './bench.ts';
import { supply, tenant } from './events.ts';
import { rowOf } from './figures.ts';
import type { Installation } from './installation.ts';

const events = 100_000;
/** How many events a flush holds: as 32 callers make it, and as an import does. */
const flushes = [16, 500] as const;
const named = (flush: number): string => `${events.toLocaleString('en')} events in flushes of ${flush}`;

/** How fast the chain of hashes is recomputed over sealed interactions. */
export const verify: Bench = async ({ installation, ...setting }) => {
  await installation.migrate({ ledger: migrations });
  const db = connect({ url: installation.urls.projector, application: 'bench' });
  try {
    const ranges = [];
    for (const flush of flushes) {
      setting.log(`appending ${named(flush)}`);
      ranges.push({ flush, ...(await fill(installation, flush)) });
    }
    const contestants = ranges.map(({ flush, from, to }) => ({
      name: named(flush),
      run: async () => {
        const begun = performance.now();
        const verdict = await verifyLedger(db, { from, to });
        if (!verdict.ok) throw new Error(`broken at ${verdict.position}: ${verdict.reason}`);
        return { done: Number(to - from) + 1, ms: performance.now() - begun, latencies: [] };
      },
    }));
    const slots = await compete(contestants, setting);
    const rows = contestants.map(({ name }) => rowOf(name, slots(name)));
    const targets = rows.map(({ name, perSecond }) => ({ name, is: perSecond, atLeast: 100_000 }));
    return { bench: 'verify', rows, ratios: {}, targets };
  } finally {
    await db.close();
  }
};

/** Appends so many at a time. Answers which positions they have. */
const fill = async ({ urls, keys: place }: Installation, flush: number): Promise<{ from: bigint; to: bigint }> => {
  const keys = await openKeyStore(place);
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const { stored } = await supply(new Vault(keys));
  const before = await ledger.head();
  for (let from = 0; from < events; from += flush) {
    const commands = Array.from({ length: Math.min(flush, events - from) }, stored).map(
      ({ stream, id, type, occurredAt, data, meta, sealedUnder }) => {
        const one = { id, type, occurredAt, data, meta };
        return { tenant, stream: `${flush}-${stream}`, expected: 'any' as const, events: [one], sealedUnder };
      },
    );
    await ledger.append(commands);
  }
  const to = await ledger.head();
  await ledger.close();
  keys.close();
  return { from: before + 1n, to };
};
