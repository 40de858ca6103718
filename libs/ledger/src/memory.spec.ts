import { ledgerConformance } from './conformance.ts';
import { memoryLedger, memoryStore } from './memory.ts';

const noTransactions = "a process' memory has no transactions of others";

ledgerConformance('the in-memory ledger', {
  make: async () => {
    const store = memoryStore();
    let offset = 0n;
    const now = () => BigInt(Date.now()) * 1_000n + offset;
    const ledger = memoryLedger({ store, now });
    return {
      ledger,
      another: async () => memoryLedger({ store, now }),
      faults: {
        clockBack: async (milliseconds) => void (offset -= BigInt(milliseconds) * 1_000n),
        breakConnections: async () => {},
      },
      close: () => ledger.close(),
    };
  },
  absent: {
    10: noTransactions,
    11: "an append to a process' memory waits for nothing",
    21: noTransactions,
    22: noTransactions,
    23: noTransactions,
    27: "between a caller and a process' memory no answer can get lost",
    33: "a process' memory does not outlive a crash; it is for specs",
  },
});
