export { boot, type Booted, type BootOptions } from './boot.ts';
export type { Auth } from './auth/auth.ts';
export { type Caller, callerOf, type CallSource, identityOf, may, tenantName } from './auth/caller.ts';
export { type Needs, needs, tenantless, type Tenants } from './auth/caller.guard.ts';
export { type Endpoint, endpointsOf } from './auth/endpoints.ts';
export { digestOf, isKey, type KeyFinder, newKey } from './auth/key.ts';
export { homeTenant, type Right, rights, rightsOf, type Role, roleNames, roles } from './auth/rights.ts';
export { type AuthSettings, authSettings, issuerOf, withAuth } from './auth/settings.ts';
export { type Tls, tlsOf } from './auth/tls.ts';
export { type Issuer, tokensOf } from './auth/token.ts';
export { list, type List, type Page, pageOf, paging, type Scope } from './cursor.ts';
export type { GrpcOptions, GrpcServices } from './grpc.server.ts';
export { instantOf, plain, type Timestamp, timestampOf } from './grpc.messages.ts';
export { piped, streamed } from './grpc.streams.ts';
export { type Checks, readyAnswer, readyOf } from './health.ts';
export { idempotencyKey, idempotencyKeyOf, idFrom } from './idempotency.ts';
export { copiesOf, kafkaOf, type KafkaSettings, kafkaSettings, topicSettings, withKafka } from './kafka.ts';
export { parseJson, type Parsed } from './json.ts';
export { type Log, logger } from './log.ts';
export { CannotStart, httpAt, mustBeLoopback } from './loopback.ts';
export { beginYoung } from './memory.ts';
export { type Line, ndjsonLines } from './ndjson.ts';
export { answer, problem } from './openapi.ts';
// One copy for all: its peers keep npm from sharing one between packages that depend on it.
export { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
export {
  Busy,
  type GrpcCode,
  hostProblems,
  type Problem,
  problemBody,
  type ProblemKind,
  problemOf,
  type Problems,
} from './problems.ts';
export { listenPlainly, type Plain, type PlainOptions } from './plain.ts';
export { keepPort, refuseTaken } from './ports.ts';
export { type DescribedKind, kindsOf, serveProblems } from './problems.page.ts';
export { runProcess } from './process.ts';
export { limitOf, tooLarge } from './requests.ts';
export type { Rate } from './rate.guard.ts';
export {
  edgeOf,
  type EdgeSettings,
  edgeSettings,
  environment,
  InvalidSettings,
  passedOver,
  readSettings,
  refuseSettings,
  settings,
} from './settings.ts';
export { lastEventId, ndjson, type ServerSentEvent, type Source, sse } from './streams.ts';
export { check, type Checked, pointerTo, valid } from './valid.ts';
