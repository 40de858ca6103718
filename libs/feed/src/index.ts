export {
  type Aside,
  type Batch,
  CheckpointMoved,
  type Consumer,
  type Partition,
  Poison,
  wholeLedger,
} from './consumer.ts';
export { follow, type Following, type FollowOptions } from './follow.ts';
export { liveEvents, livePositions, type Moving } from './live.ts';
export {
  park,
  type Parked,
  type ParkedDesk,
  parkedDesk,
  type ParkedEvent,
  type ParkedId,
  type ParkedStream,
  postgresParked,
  unpark,
} from './parked.ts';

/** The folder of the SQL migrations of schema `feed`. */
export const migrations: string = new URL('../migrations', import.meta.url).pathname;
