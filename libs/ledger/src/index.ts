export * from './ledger.ts';
export * from './errors.ts';
export { limits } from './command.ts';
export { memoryLedger, type MemoryLedgerOptions, MemoryStore } from './memory.ts';
export { type Flushed, migrations, postgresLedger, type PostgresLedgerOptions } from './postgres.ts';
