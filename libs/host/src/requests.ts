import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Rejection } from '@throughline/decider';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';
import type { Identify } from './auth/auth.ts';
import { refusalOf } from './loopback.ts';
import { taken } from './problems.ts';

/** The largest body of a request: 64 MiB. */
export const bodyLimit = 64 * 1024 * 1024;
/** The largest raw mail: 32 MiB. */
export const mailLimit = 32 * 1024 * 1024;

/** The most bytes that a body of such a content type may have. */
export const limitOf = (type = ''): number => (type.startsWith(taken.mail) ? mailLimit : bodyLimit);

/** Why a body of such a content type is not read: it is over the limit, which is said. */
export const tooLarge = (type?: string): Rejection =>
  new Rejection('BodyTooLarge', `The body is larger than ${limitOf(type) / 1024 / 1024} MiB.`);

/** The headers that keep every answer where it belongs. */
export const answerHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/**
 * Gives every answer the headers that keep it where it belongs, and refuses what a web page elsewhere asks: with
 * authentication it has no token, and the host has other names.
 */
export const guardRequests = (server: FastifyInstance, hasAuth: boolean): void => {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(answerHeaders);
    if (hasAuth) return done();
    const { host, origin, 'sec-fetch-site': site } = request.headers;
    done(refusalOf({ method: request.method, host, origin, site: typeof site === 'string' ? site : undefined }));
  });
};

/** Finds out who asks before anything is read of what they send: nobody sends 64 MiB without a token. */
export const identifyRequests = (server: FastifyInstance, identify: Identify): void => {
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.url?.startsWith('/v1')) await identify(request);
  });
};

const malformed = (reason: string): Rejection =>
  new Rejection('MalformedBody', `The body ${reason}.`, [{ pointer: '', reason }]);

/**
 * Gives up the connections of requests that finish while the host closes: a client that keeps its connection for more
 * would hold up the end.
 */
export const letGo = (server: FastifyInstance, closing: AbortSignal): void => {
  server.addHook('onResponse', (_, __, done) => {
    // Node counts the connection as idle once it has heard of the finished answer as well.
    if (closing.aborted) setImmediate(() => server.server.closeIdleConnections());
    done();
  });
};

/** Reads JSON; keeps NDJSON and raw mail as bytes. Other types, and what is packed, are refused (415). */
export const readBodies = (server: FastifyInstance): void => {
  // Unpacked, a small body could be of any size.
  server.addHook('preParsing', async ({ headers: { 'content-encoding': encoding = 'identity' } }) => {
    if (encoding.toLowerCase() !== 'identity')
      throw new Rejection('UnsupportedMediaType', 'A body comes as it is, without a content-encoding.');
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(/^application\/([\w.-]+\+)?json\b/, { parseAs: 'buffer' }, (_, body, done) => {
    if (body.length === 0) return done(null, undefined);
    const parsed = parseJson(body as Buffer);
    return 'value' in parsed ? done(null, parsed.value) : done(malformed(parsed.reason));
  });
  const asBytes = (_: FastifyRequest, body: string | Buffer, done: (error: null, body: unknown) => void) =>
    done(null, body);
  server.addContentTypeParser(taken.ndjson, { parseAs: 'buffer' }, asBytes);
  server.addContentTypeParser(taken.mail, { parseAs: 'buffer', bodyLimit: mailLimit }, asBytes);
};

/** Logs every request by its route's template: never by its address, query or body, where people's names are. */
export const logRequests = (server: FastifyInstance, log: Log): void => {
  server.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    log[route.startsWith('/health') ? 'debug' : 'info'](line, 'request');
    done();
  });
};

type Routes = Map<string, { readonly matches: RegExp; readonly methods: Set<string> }>;

// Fastify's notation: `:name`, `::` for a colon, `*` for the rest.
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('::')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+'))
      .join(':')}/?$`,
  );

/** Remembers all routes, so that a wrong method is told from a wrong address. Call before any route is added. */
export const nameMissing = (server: FastifyInstance): ((request: FastifyRequest, reply: FastifyReply) => Rejection) => {
  const routes: Routes = new Map();
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const route = routes.get(url) ?? { matches: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  return (request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const here = [...routes.values()].filter(({ matches }) => matches.test(path));
    const methods = [...new Set(here.flatMap((route) => [...route.methods]))].filter((method) => method !== 'OPTIONS');
    if (methods.length === 0 || methods.includes(request.method))
      return new Rejection('NotFound', 'Nothing is served at this address.');
    const allowed = methods.toSorted().join(', ');
    void reply.header('allow', allowed);
    return new Rejection('MethodNotAllowed', `Here one can ${allowed}.`);
  };
};
