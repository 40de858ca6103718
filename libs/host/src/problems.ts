import { randomUUID } from 'node:crypto';
import type { status } from '@grpc/grpc-js';
import { Conflict, type Fault, Rejection } from '@throughline/decider';

/** The name of a gRPC status that an error can have. */
export type GrpcCode = Exclude<keyof typeof status, 'OK'>;

/** What one kind of problem is to callers: its HTTP status, its gRPC status, and its title, the same each time. */
export type ProblemKind = { readonly status: number; readonly grpc: GrpcCode; readonly title: string };

/** Kinds of problems by their code, which is the code of the `Rejection` that a service throws (PascalCase). */
export type Problems = Readonly<Record<string, ProblemKind>>;

const kind = (status: number, grpc: GrpcCode, title: string): ProblemKind => ({ status, grpc, title });

/** The kinds of problems that the host itself knows. Services add theirs by `boot({ problems })`. */
export const hostProblems = {
  InvalidBody: kind(422, 'INVALID_ARGUMENT', 'The body is not as it must be'),
  InvalidQuery: kind(400, 'INVALID_ARGUMENT', 'A query parameter is not as it must be'),
  InvalidPath: kind(400, 'INVALID_ARGUMENT', 'A part of the path is not as it must be'),
  InvalidHeader: kind(400, 'INVALID_ARGUMENT', 'A header is not as it must be'),
  MalformedBody: kind(400, 'INVALID_ARGUMENT', 'The body cannot be read'),
  MalformedRequest: kind(400, 'INVALID_ARGUMENT', 'The request cannot be read'),
  Unauthenticated: kind(401, 'UNAUTHENTICATED', 'It is not known who you are'),
  Forbidden: kind(403, 'PERMISSION_DENIED', 'This is not allowed'),
  CrossOrigin: kind(403, 'PERMISSION_DENIED', 'Another web page may not do this'),
  NotFound: kind(404, 'NOT_FOUND', 'There is nothing here'),
  TenantUnknown: kind(404, 'NOT_FOUND', 'There is no such tenant'),
  MethodNotAllowed: kind(405, 'UNIMPLEMENTED', 'This cannot be done here'),
  TooSlow: kind(408, 'DEADLINE_EXCEEDED', 'The request took too long to arrive'),
  Conflict: kind(409, 'ABORTED', 'Somebody else changed this at the same moment'),
  IdReused: kind(409, 'ALREADY_EXISTS', 'The same id was used for something else'),
  BodyTooLarge: kind(413, 'RESOURCE_EXHAUSTED', 'The body is too large'),
  UriTooLong: kind(414, 'INVALID_ARGUMENT', 'The address is too long'),
  UnsupportedMediaType: kind(415, 'INVALID_ARGUMENT', 'The body is of a type that is not taken here'),
  ForeignHost: kind(421, 'PERMISSION_DENIED', 'This server does not answer under that name'),
  RuleBroken: kind(422, 'FAILED_PRECONDITION', 'A rule does not allow this'),
  TooManyRequests: kind(429, 'RESOURCE_EXHAUSTED', 'Too many requests at the moment'),
  HeadersTooLarge: kind(431, 'INVALID_ARGUMENT', 'The headers are too large'),
  Internal: kind(500, 'INTERNAL', 'Something went wrong here'),
  IssuerUnreachable: kind(503, 'UNAVAILABLE', 'Tokens cannot be checked at the moment'),
  Busy: kind(503, 'UNAVAILABLE', 'Too much to do at the moment'),
  Stopping: kind(503, 'UNAVAILABLE', 'The server is stopping'),
  TimedOut: kind(504, 'DEADLINE_EXCEEDED', 'It took too long'),
} as const satisfies Problems;

/** Refused for now: the same may succeed after `retryAfter` seconds (told as `Retry-After` and `google.rpc.RetryInfo`). */
export class Busy extends Rejection {
  constructor(
    detail: string,
    readonly retryAfter = 1,
    code = 'Busy',
  ) {
    super(code, detail);
  }
}

/** One problem as callers are told of it: the source of the HTTP and of the gRPC answer. */
export type Problem = ProblemKind & {
  readonly code: string;
  readonly detail: string;
  readonly faults: readonly Fault[];
  /** Seconds until it is worth asking again. */
  readonly retryAfter?: number;
  /** Names this occurrence in the logs; only where the error was not expected. */
  readonly incident?: string;
};

/** `TenantUnknown` → `/problems/tenant-unknown`: the problem's type, a page of every host. */
export const typeOf = (code: string): string =>
  `/problems/${code.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}`;

// Fastify and Nest speak of their own errors by HTTP status only.
const codes: Readonly<Record<number, keyof typeof hostProblems>> = {
  400: 'MalformedRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'BodyTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
  503: 'Stopping',
};

const unexpected = (incident: string): Problem => ({
  ...hostProblems.Internal,
  code: 'Internal',
  detail: `This is a fault of the server, not of the request. It is in the log under ${incident}.`,
  faults: [],
  incident,
});

const ofRejection = (error: Rejection, catalogue: Problems): Problem => ({
  ...(catalogue[error.code] ?? hostProblems.RuleBroken),
  code: error.code,
  detail: error.detail,
  faults: error.faults,
  ...(error instanceof Busy && { retryAfter: error.retryAfter }),
});

/** The rejection that an HTTP status is, where a library speaks of an error by nothing else; undefined for 5xx. */
export const rejectionOf = (status: number, detail: string): Rejection | undefined => {
  const code = codes[status];
  return code && new Rejection(code, detail);
};

// Other libraries' errors have a status as well: that of an answer which they got.
const isFastifys = (error: unknown): error is Error & { statusCode: number } =>
  error instanceof Error && 'statusCode' in error && 'code' in error && String(error.code).startsWith('FST_');

/** The content types of bodies that are read, wherever one of them is taken. */
export const taken = { json: 'application/json', ndjson: 'application/x-ndjson', mail: 'message/rfc822' } as const;

const detailOf = ({ statusCode, message }: { readonly statusCode: number; readonly message: string }): string =>
  statusCode === 415 ? `The content type of a body is one of ${Object.values(taken).join(', ')}.` : message;

// SQLSTATEs of connections, resources and a server that stops; the network's codes; what pg throws without one.
const awayCode = /^(08...|53...|57P..|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;
const awayText =
  /^(Connection terminated|timeout (expired|exceeded when trying to connect)|Client has encountered a connection error)/;

/** Whether a database or another server that we need is away for now. */
const isAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && awayCode.test(code)) || awayText.test(error.message) || isAway(error.cause);
};

/** What callers are told of an error: what the catalogue says of it, or a 500 that tells nothing but an incident's id. */
export const problemOf = (error: unknown, catalogue: Problems): Problem => {
  if (error instanceof Rejection) return ofRejection(error, catalogue);
  if (error instanceof Conflict) {
    const detail = 'The state changed between reading and writing. Nothing was stored; ask again.';
    return { ...hostProblems.Conflict, code: 'Conflict', detail, faults: [] };
  }
  if (isAway(error))
    return ofRejection(new Busy('What is needed for this is away at the moment. Ask again.', 2), hostProblems);
  const known = isFastifys(error) ? rejectionOf(error.statusCode, detailOf(error)) : undefined;
  return known ? ofRejection(known, hostProblems) : unexpected(randomUUID());
};

/** A problem as RFC 9457 writes it; `code` is an extension for programs, `instance` names an unexpected one. */
export const problemBody = (problem: Problem): Record<string, unknown> => ({
  type: typeOf(problem.code),
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  code: problem.code,
  ...(problem.faults.length > 0 && { errors: problem.faults }),
  ...(problem.incident && { instance: `urn:uuid:${problem.incident}` }),
});
