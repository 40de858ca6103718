export { createTable } from './ddl.ts';
export { projection, type Projection, type ProjectionDeps } from './projection.ts';
export { type Heard, type Projector, projector } from './projector.ts';
export { type Change, type Merge, type PgType, type Row, type RowOf, type Shape, type Table, table } from './table.ts';

/** The folder of the SQL migrations of schema `read_model`. */
export const migrations: string = new URL('../migrations', import.meta.url).pathname;
