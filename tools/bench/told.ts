import { setTimeout as pause } from 'node:timers/promises';
import { liveEvents } from '@throughline/feed';
import type { Ledger } from '@throughline/ledger';

/** When something of these types was in the ledger, and of what it came in the first place. */
export type Told = { readonly because: string; readonly at: number };

const patienceMs = 120_000;

/** Listens for events of some types after a position, for those who wait for so many of them. */
export const awaited = (ledger: Pick<Ledger, 'tail' | 'watch'>, types: readonly string[], after: bigint) => {
  const told: Told[] = [];
  const stopping = new AbortController();
  const listening = (async () => {
    for await (const page of liveEvents(ledger, { after, signal: stopping.signal, pollMs: 5, limit: 5_000 }))
      for (const { type, meta } of page)
        if (types.includes(type))
          told.push({ because: (JSON.parse(meta) as { correlation: string }).correlation, at: performance.now() });
  })();
  return {
    all: (): readonly Told[] => told,
    until: async (count: number): Promise<void> => {
      for (const deadline = performance.now() + patienceMs; told.length < count; await pause(1))
        if (performance.now() > deadline) throw new Error(`only ${told.length} of ${count} came`);
    },
    stop: async (): Promise<void> => {
      stopping.abort();
      await listening;
    },
  };
};
