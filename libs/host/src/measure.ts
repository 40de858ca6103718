import { isTracing, record, type Serving, serving } from '@throughline/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? 'none';

const traceRequests = (server: FastifyInstance): void => {
  const served = new WeakMap<FastifyRequest, Serving>();
  server.addHook('onRequest', (request, _, done) => {
    const route = routeOf(request);
    const attributes = { 'http.request.method': request.method, 'http.route': route };
    const own = serving(`${request.method} ${route}`, attributes, request.headers);
    served.set(request, own);
    own.within(done);
  });
  // What reads a body is called by its socket, which knows nothing of the request.
  server.addHook('preHandler', (request, _, done) => served.get(request)!.within(done));
  server.addHook('onResponse', (request, { statusCode }, done) => {
    const own = served.get(request)!;
    own.end({ 'http.response.status_code': statusCode }, statusCode >= 500);
    own.within(done);
  });
};

/**
 * Measures every request, and traces it where this process traces: by its route's template, never by its address, query
 * or body, where people's names are. Call before other hooks are added, so that they know the trace as well.
 */
export const measureRequests = (server: FastifyInstance): void => {
  if (isTracing()) traceRequests(server);
  server.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    const labels = { method: request.method, route: routeOf(request), status: String(statusCode) };
    record('throughline_http_request_duration_seconds', elapsedTime / 1_000, labels);
    done();
  });
};
