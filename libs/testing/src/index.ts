export { type Clock, clock } from './clock.ts';
export { cluster, type TestCluster } from './cluster.ts';
export { eventually } from './eventually.ts';
export { postgres, type TestDatabase } from './postgres.ts';
export { temporaryFolder } from './run.ts';
export { type DeclareTest, skipBecause } from './skip.ts';
