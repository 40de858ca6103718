import { rm } from 'node:fs/promises';
import {
  type Cluster,
  type PerRole,
  prepareRoles,
  type Settings,
  startCluster,
  type StopMode,
} from '@throughline/postgres';
import { temporaryFolder } from './run.ts';
import { settings } from './settings.ts';

/** A server of one's own, to be killed and started again. Its URLs stay the same from start to start. */
export interface TestCluster extends PerRole {
  superuser: string;
  /** Its folder, as given to `startCluster`. */
  dir: string;
  /** Ends it as `stop` of a `Cluster` does and starts it again: `immediate` (the default) is a crash. */
  restart: (mode?: StopMode) => Promise<void>;
  /** Ends it without starting it. */
  stop: (mode?: StopMode) => Promise<void>;
  /** Starts it after `stop`. */
  start: () => Promise<void>;
  /** Ends it for good and removes its folder. */
  drop: () => Promise<void>;
}

/** Starts a server that no other spec uses, with a database and the three roles; about half a second. */
export async function cluster(more: Settings = {}): Promise<TestCluster> {
  const dir = await temporaryFolder();
  const begin = (port?: number) => startCluster({ dir, port, settings: { ...settings, ...more } });
  let running: Cluster | undefined = await begin();
  const { port } = running;
  const { owner, service, projector } = await prepareRoles(running.superuser, { database: 'spec' });
  const superuser = running.superuser.replace(/postgres$/, 'spec');

  const stop = async (mode: StopMode = 'immediate') => {
    await running?.stop(mode);
    running = undefined;
  };
  const start = async () => {
    running ??= await begin(port);
  };
  return {
    superuser,
    owner,
    service,
    projector,
    dir,
    stop,
    start,
    restart: async (mode) => {
      await stop(mode);
      await start();
    },
    drop: async () => {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
