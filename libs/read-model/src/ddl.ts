import type { Shape } from './table.ts';

/**
 * The SQL that makes a table from its description, for specs (products write their migrations by hand): primary key,
 * row-level security enabled and forced by tenant, and the grants that the projector and the service role need.
 */
export const createTable = (_shape: Shape): string => {
  throw new Error('not written');
};
