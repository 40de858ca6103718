import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { sendProblem, serverOptions } from './http.ts';
import type { Log } from './log.ts';
import { CannotStart, httpAt, mustBeLoopback } from './loopback.ts';
import { hostProblems, problemOf, type Problems } from './problems.ts';
import { guardRequests, letGo, logRequests } from './requests.ts';

/** Where a plain server listens, and what its rejections are. */
export type PlainOptions = {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Whether whoever answers asks for who it is; without it everything stays on loopback. */
  readonly hasAuth: boolean;
  readonly log: Log;
  readonly problems?: Problems;
  /** How long `close()` waits for requests to finish; 8 s by default. */
  readonly drainMs?: number;
};

/** A server that listens. */
export type Plain = {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Stops: no new connections, requests finish (bounded). */
  readonly close: () => Promise<void>;
};

const bind = async (server: FastifyInstance, { host, port }: PlainOptions): Promise<string> => {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const why = { EADDRINUSE: 'in use', EACCES: 'not allowed' }[(error as { code?: string }).code ?? ''];
    if (why === undefined) throw error;
    throw new CannotStart(`Port ${port} on ${host} is ${why}: set HTTP_PORT to another.`, { cause: error });
  }
  return httpAt(host, (server.server.address() as AddressInfo).port);
};

/**
 * An HTTP server as the host runs it (guarded, logged, its errors problems), without Nest, for what only passes requests
 * on; `build` gives it its routes. Throws {@link CannotStart} where the port is taken.
 */
export const listenPlainly = async (
  options: PlainOptions,
  build: (server: FastifyInstance) => Promise<void> | void,
): Promise<Plain> => {
  const { log, hasAuth, drainMs = 8_000 } = options;
  if (!hasAuth) mustBeLoopback(options.host, 'HTTP_HOST');
  const closing = new AbortController();
  const server: FastifyInstance = fastify(serverOptions);
  const catalogue = { ...hostProblems, ...options.problems };
  guardRequests(server, hasAuth);
  logRequests(server, log);
  letGo(server, closing.signal);
  server.setErrorHandler((error: unknown, request: FastifyRequest, reply) => {
    // Who hangs up hears nothing any more.
    if (request.raw.destroyed && !request.raw.complete) return void reply.hijack();
    const problem = problemOf(error, catalogue);
    if (problem.incident) log.error({ err: error, incident: problem.incident }, 'an error that nobody expected');
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, problem);
  });
  await build(server);
  try {
    const url = await bind(server, options);
    const close = async () => {
      closing.abort();
      const cut = setTimeout(() => server.server.closeAllConnections(), drainMs);
      await server.close();
      clearTimeout(cut);
    };
    return { url, close };
  } catch (error) {
    await server.close();
    throw error;
  }
};
