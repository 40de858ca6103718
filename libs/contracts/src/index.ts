export { arranged, isToCome, isUnheld, momentFault, mostAhead } from './ahead.ts';
export {
  type Certificate,
  certificate,
  type CertificateStore,
  certificateText,
  type Statement,
} from './certificate.ts';
export {
  type DataOf,
  type Event,
  type EventName,
  eventSchemas,
  isEventName,
  isOf,
  jsonSchemaOf,
  personalFieldsOf,
  schemaVersions,
} from './events/index.ts';
export { assignmentRule, asked, decision, packet, teamName } from './events/assignment.ts';
export { automaticReply, calendarName, promiseTarget } from './events/due.ts';
export { type Party, party } from './events/party.ts';
export {
  type Draft,
  type Meta,
  metaText,
  parseStored,
  type Recorded,
  type Seal,
  seal,
  sealed,
  UnknownEvent,
} from './envelope.ts';
export { after, duration, isDue, lengthOf, millisecondsOf } from './duration.ts';
export { consequenceId, derivedId, factId, uuidOf } from './ids.ts';
export { attachment, interaction, type Interaction, type InteractionInput, type Participant } from './interaction.ts';
export { personal, type PersonalField, personalFields, type Whose } from './personal.ts';
export { type Quiet, usualQuiet } from './quiet.ts';
export { streamOf } from './streams.ts';
export {
  type Channel,
  channel,
  channels,
  classification,
  type Direction,
  direction,
  directions,
  type Instant,
  instant,
  type Kind,
  kind,
  kinds,
  ownerOrder,
  plainId,
  plainText,
  priorities,
  type Role,
  role,
  roles,
  uuid,
} from './words.ts';
export { ownersOf } from './owners.ts';
