import { fileURLToPath } from 'node:url';

export { Reactors } from './reactors.ts';
export { routingProblems } from './problems.ts';
export type { RoutingOptions } from './routing.ts';
export { RoutingModule } from './routing.module.ts';

/** The folder of the SQL migrations of schema `routing`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
