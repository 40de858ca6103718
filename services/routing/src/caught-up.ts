import { identityProjector } from '@throughline/identity';
import type { Client } from '@throughline/postgres';
import { caughtUp as rowsCaughtUp, livePosition, liveVersion, type Waiting } from '@throughline/read-model';
import { routingProjector } from './routing.projector.ts';

const names = [routingProjector.name, identityProjector.name];

/** Up to which position the rows of routing and identity tell of everything. */
export const reached = (db: Client): Promise<bigint> => livePosition(db, ...names);

/** Resolves once those rows tell of everything up to `position`. Throws `Behind` after `withinMs`, or once aborted. */
export const caughtUp = (db: Client, position: bigint, waiting?: Waiting): Promise<void> =>
  rowsCaughtUp(db, names, position, waiting);

/** Whether the live rows tell of the steps of matters: a build brings its own live after those of the build before. */
export const stepsAreThere = async (db: Client): Promise<boolean> =>
  ((await liveVersion(db, routingProjector)) ?? 0) >= 2;
