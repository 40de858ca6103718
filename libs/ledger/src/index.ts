export * from './ledger.ts';
export * from './errors.ts';
export { type Fork, forkName, isOf } from './fork.ts';
export type { Limits as FlushLimits } from './flush.ts';
export { limits } from './command.ts';
export { memoryLedger, type MemoryLedgerOptions, type MemoryStore, memoryStore } from './memory.ts';
export { eventStoreLedger, type EventStoreLedgerOptions } from './event-store-db.ts';
export { type Flushed, migrations, postgresLedger, type PostgresLedgerOptions } from './postgres.ts';
export { BeyondHead, type Verdict, verifyLedger, type VerifyOptions } from './proof/verify.ts';
export type { Fault } from './proof/chain.ts';
export { compare, givenUpAfter, tipOfLedger } from './proof/compare.ts';
export { type Link, linkAt, positionAt, positionSince, type Since } from './proof/moment.ts';
export {
  type Checkpoint,
  checkpointText,
  isSignedBy,
  keyIdOf,
  signCheckpoint,
  type SignedCheckpoint,
} from './proof/signed.ts';
