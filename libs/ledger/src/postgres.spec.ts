import { ledgerConformance } from './conformance.ts';
import { onCluster } from './conformance/postgres.ts';

ledgerConformance('the ledger in PostgreSQL', { make: onCluster });
