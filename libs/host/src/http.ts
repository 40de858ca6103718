import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Rejection } from '@throughline/decider';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply } from 'fastify';
import { hostProblems, problemBody, problemOf } from './problems.ts';
import type { Tls } from './auth/tls.ts';
import { answerHeaders, bodyLimit } from './requests.ts';

// RFC 6750: who sent nothing made no error.
const challengeOf = ({ request }: FastifyReply): string =>
  `Bearer realm="throughline"${request.headers.authorization === undefined ? '' : ', error="invalid_token"'}`;

/** Answers a request with a problem. */
export const sendProblem = (reply: FastifyReply, problem: ReturnType<typeof problemOf>): void => {
  if (problem.retryAfter) void reply.header('retry-after', String(problem.retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', challengeOf(reply));
  // With a serializer of its own Fastify adds no charset, a parameter that JSON types do not have.
  const body = JSON.stringify(problemBody(problem));
  void reply.code(problem.status).type('application/problem+json').serializer(String).send(body);
};

const unreadable = (code: string | undefined): Rejection => {
  if (code === 'HPE_HEADER_OVERFLOW') return new Rejection('HeadersTooLarge', 'The headers are over 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Rejection('TooSlow', 'The request did not arrive in time.');
  return new Rejection('MalformedRequest', 'This is not HTTP/1.1.');
};

/** Answers, in HTTP's own words, what is not a request yet. */
const refuseSocket = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOf(unreadable(error.code), hostProblems);
  const body = JSON.stringify(problemBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** How the host runs Fastify; what it refuses before any route is reached is a problem as well. */
export const serverOptions = {
  bodyLimit,
  forceCloseConnections: 'idle',
  // While it closes, requests on open connections are served, each with `Connection: close`.
  return503OnClosing: false,
  routerOptions: { maxParamLength: 1_024 },
  frameworkErrors: (error: FastifyError, _: unknown, reply: FastifyReply) => {
    void reply.headers(answerHeaders);
    sendProblem(reply, problemOf(error, hostProblems));
  },
  clientErrorHandler: refuseSocket,
} as const;

/** Nest's Fastify, over TLS where told so. */
export const httpAdapter = (tls?: Tls): FastifyAdapter =>
  new FastifyAdapter({
    ...(tls && {
      https: {
        cert: tls.cert,
        key: tls.key,
        ...(tls.clientCa && { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
      },
    }),
    ...serverOptions,
  });
