import { fileURLToPath } from 'node:url';

export { amendments, entries, entriesOfAccounts, entriesOfHandles, entryRows } from './entry/entry.projector.ts';
export { timelineProblems } from './problems.ts';
export { type Projections, projections, startProjections } from './projections.ts';
export { type Reader, reading, type Reading } from './reading.ts';
export { type Projected, Timeline, type TimelineOptions } from './timeline.ts';
export { TimelineModule } from './timeline.module.ts';
export { timeline } from './timeline.projector.ts';

/** The folder of the SQL migrations of schema `timeline`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
