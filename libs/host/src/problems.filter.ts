import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { grpcErrorOf } from './grpc.status.ts';
import { sendProblem } from './http.ts';
import type { Log } from './log.ts';
import { type Problem, problemOf, type Problems, rejectionOf } from './problems.ts';
import { tooLarge } from './requests.ts';

// Nest wraps Fastify's own errors, and speaks of its own by status.
const causeOf = (error: unknown): unknown => {
  if (!(error instanceof HttpException)) return error;
  return error.cause ?? rejectionOf(error.getStatus(), error.message) ?? error;
};

// Fastify does not say what its limit is.
const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';

const isMissing = (error: unknown): boolean => error instanceof HttpException && error.getStatus() === 404;

// Who hangs up in the middle of a body hears nothing any more, and has done nothing that a log should tell.
const hasHungUp = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

/** Turns every error of every handler, over HTTP and gRPC, into a problem; those that nobody expected go to the log. */
@Catch()
export class ProblemsFilter implements ExceptionFilter {
  constructor(
    private readonly catalogue: Problems,
    private readonly log: Log,
    private readonly missing: (request: FastifyRequest, reply: FastifyReply) => Error,
  ) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => grpcErrorOf(this.problemOf(error)));
    const [request, reply] = host.getArgs<[FastifyRequest, FastifyReply]>();
    return this.answer(error, request, reply);
  }

  /** The same for routes that are not Nest's. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (hasHungUp(request)) return void reply.hijack();
    const cause = isMissing(error) ? this.missing(request, reply) : causeOf(error);
    const problem = this.problemOf(isTooLarge(cause) ? tooLarge(request.headers['content-type']) : cause);
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, problem);
  }

  private problemOf(error: unknown): Problem {
    const problem = problemOf(error, this.catalogue);
    if (problem.incident) this.log.error({ err: error, incident: problem.incident }, 'an error that nobody expected');
    return problem;
  }
}
