import { fileURLToPath } from 'node:url';

export { createTable } from './ddl.ts';
export { Behind, caughtUp, type Waiting } from './caught-up.ts';
export { type Known, knownProjections, livePosition } from './known.ts';
export { projection, type Projection, type ProjectionDeps } from './projection.ts';
export { type Heard, type Projector, projector } from './projector.ts';
export { type Reached, reachedOf } from './reached.ts';
export { mostWorkers } from './rebuild/apart.ts';
export { rebuildElsewhere, type RebuildElsewhere } from './rebuild/elsewhere.ts';
export { dropLeft } from './rebuild/left.ts';
export type { Difference } from './rebuild/meeting.ts';
export { liveVersion } from './rebuild/place.ts';
export { rebuild, type Rebuild } from './rebuild/rebuild.ts';
export { RebuildRefused, type WhyNot } from './rebuild/refused.ts';
export type { Beside, RebuildDeps } from './rebuild/work.ts';
export { run, type RunDeps, type Running, type RunOptions } from './running.ts';
export { type Change, type Merge, type Row, type RowOf, type Shape, type Table, table } from './table.ts';
export { type Changed, type ChangedDeps, changedSince, type Noun, type Which } from './then/changed.ts';
export { clientThen, type Relations } from './then/client.ts';
export { type Fold, rowsMadeOf } from './then/fold.ts';
export { type Relation, rowsWhere, rowsWhereWith } from './then/relation.ts';
export { inOneView } from './then/view.ts';
export type { PgType } from './types.ts';

/** The folder of the SQL migrations of schema `read_model`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
