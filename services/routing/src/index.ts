export { routingProblems } from './problems.ts';
export type { RoutingOptions } from './routing.ts';
export { RoutingModule } from './routing.module.ts';
