export * from './ledger.ts';
export * from './errors.ts';
export { limits } from './command.ts';
export { memoryLedger } from './memory.ts';
