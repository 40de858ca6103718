export { type Certificates, type Certified, certificates, whyNoCertificates } from './certificates.ts';
export { type Clock, clock } from './clock.ts';
export { cluster, type TestCluster } from './cluster.ts';
export { crowd, type Crowd, type CrowdOptions, type Erasure } from './crowd/crowd.ts';
export { type CrowdFound, judgedCrowd } from './crowd/judge.ts';
export { type Erased, type Fate, needlesOf, type Person, type Word } from './crowd/person.ts';
export { fakeCustomermates } from './crms/customermates.ts';
export { fakeEndpoint, signingKey } from './crms/endpoint.ts';
export { Fake, type Mishap, mishaps } from './crms/fake.ts';
export { fakeHubspot } from './crms/hubspot.ts';
export { eventStore, type RealEventStore } from './event-store/event-store.ts';
export { standIn, type StandIn } from './event-store/stand-in.ts';
export { eventually } from './eventually.ts';
export { audience, type Claims, type Forged, issuer, type TestIssuer } from './issuer.ts';
export { kafkaCluster, type KafkaCluster, type KafkaClusterOptions } from './kafka/cluster.ts';
export { NoKafka } from './kafka/jars.ts';
export { kafka, kafkaOrWhyNot } from './kafka/kafka.ts';
export { type Found, type Lookout, lookout, lookThrough, spellingsOf } from './needles.ts';
export { type Migrated, postgres, type TestDatabase } from './postgres.ts';
export {
  type Ended,
  hasSaid,
  killTree,
  livingOf,
  type Run,
  runSource,
  segmentsOf,
  sharedBy,
  treeOf,
} from './process.ts';
export { temporaryFolder } from './run.ts';
export { type ToolServer, toolServer, whyNoTools } from './tools.ts';
export { type DeclareTest, describeUnless, skipBecause } from './skip.ts';
