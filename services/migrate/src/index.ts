export { preparation, type Preparation } from './preparation.ts';
export { migrateAll } from './migrate-all.ts';
export { type Schema, schemas } from './schemas.ts';
