import { eventStore, skipBecause } from '@throughline/testing';
import { ledgerConformance } from './conformance.ts';
import { absentInEventStoreDb, absentOnRealServer, onRealServer, onStandIn } from './conformance/event-store-db.ts';

ledgerConformance('the ledger in a stand-in for EventStoreDB', {
  make: onStandIn,
  absent: absentInEventStoreDb,
  // Each event is an append of its own over gRPC, to a server in this process.
  scale: 0.02,
});

const real = await eventStore();

if (real.reason === undefined)
  ledgerConformance('the ledger in EventStoreDB', {
    make: () => onRealServer(real.url, real.drop),
    absent: absentOnRealServer,
  });
else
  skipBecause(real.reason)("the ledger in EventStoreDB keeps the ledger's promises, each of them", () => {
    throw new Error(real.reason);
  });
