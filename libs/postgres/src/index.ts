export {
  type Client,
  ClientMisuse,
  connect,
  type ConnectOptions,
  type Database,
  type Query,
  type Result,
  type Transaction,
} from './database.ts';
export { type Cluster, type ClusterOptions, startCluster } from './embedded.ts';
export { FolderInUse, PortTaken, ServerFailed } from './errors.ts';
export { isHeld } from './lock.ts';
export {
  migrate,
  MigrationFailed,
  MigrationRefused,
  type Migrations,
  missingMigrations,
  pendingMigrations,
} from './migrate.ts';
export { type PerRole, prepareRoles, type Role, roleNames, roleStatements, unprepared } from './roles.ts';
export { refuseUnsafe, UnsafeDatabase } from './safety.ts';
export type { Settings } from './settings.ts';
export type { StopMode } from './stop.ts';
export { instantOf } from './types.ts';
