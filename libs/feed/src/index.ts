import { fileURLToPath } from 'node:url';

export {
  type Aside,
  type Batch,
  BeyondLedger,
  CheckpointMoved,
  type Consumer,
  GivenUpFuture,
  type Partition,
  Poison,
  wholeLedger,
} from './consumer.ts';
export { type ParkedDesk, parkedDesk, type ParkedEvent, type ParkedId } from './desk.ts';
export { faultOf } from './fault.ts';
export { type Feed, type FeedState, type Lag, ledgerFeed } from './feed.ts';
export { follow, type Following, type FollowOptions } from './follow.ts';
export {
  CredentialsRefused,
  type KafkaDriver,
  type KafkaOptions,
  type KafkaRecord,
  type Reader,
  type Readings,
  type ReadRecord,
  RecordTooLarge,
  type Sender,
  type Topic,
  WrongTopic,
} from './kafka/driver.ts';
export { sizeOf } from './kafka/fit.ts';
export { kafkaFeed, type KafkaFeedOptions } from './kafka/feed.ts';
export { kafkaDriver } from './kafka/kafka.ts';
export { decode, ledgerTopic, type Message } from './kafka/message.ts';
export { groundAt } from './ground.ts';
export { liveEvents, type LiveOptions, livePositions, type Moving, Restored } from './live.ts';
export { type Owner, park, type Parked, type StreamName, postgresParked, unpark } from './parked.ts';
export { type NewsLog, outages, toldTo } from './news.ts';
export { relay, type Relaying, type RelayOptions } from './relay/relay.ts';
export type { RelayNews, RelayState } from './relay/report.ts';
export { type Patience, patience, Stopped } from './patience.ts';
export type { News } from './report.ts';

/** The folder of the SQL migrations of schema `feed`. */
export const migrations: string = fileURLToPath(new URL('../migrations', import.meta.url));
