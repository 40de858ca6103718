import type { IncomingHttpHeaders } from 'node:http';
import replyFrom from '@fastify/reply-from';
import { Rejection } from '@throughline/decider';
import {
  kindsOf,
  limitOf,
  listenPlainly,
  type Plain,
  type PlainOptions,
  parseJson,
  readyAnswer,
  readyOf,
  serveProblems,
  tooLarge,
} from '@throughline/host';
import type { FastifyInstance } from 'fastify';
import { away, frontProblems, rejectionOf } from './away.ts';
import { askAt, openApi, problems } from './documents.ts';
import { destinationOf, type Service, services } from './paths.ts';
import { isSmall, whole } from './whole.ts';

/** Where the front listens, and what is behind it. */
export type FrontOptions = Omit<PlainOptions, 'problems'> & {
  /** Where a service is reached at this moment, each of its living replicas: `http://127.0.0.1:40123`. */
  readonly upstreams: (service: Service) => readonly string[];
};

// As many as are needed: each stream that somebody hears holds one, and nobody else may wait for it to end.
const maxSockets = Infinity;

/** One replica after the other. Throws `ServiceAway` where there is none. */
const inTurn = ({ upstreams }: FrontOptions) => {
  const turns = new Map<Service, number>();
  return (service: Service): string => {
    const urls = upstreams(service);
    const turn = turns.get(service) ?? 0;
    turns.set(service, turn + 1);
    const url = urls[turn % urls.length];
    if (url === undefined) throw away(service);
    return url;
  };
};

/** Passes everything on: what is small as a whole, all else as it comes, and nobody waits for the whole of it. */
const passOn = async (server: FastifyInstance, urlOf: (service: Service) => string): Promise<void> => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', ({ headers }, payload, done) => {
    if (headers['content-type'] !== undefined && isSmall(headers)) whole(payload, done);
    else done(null, payload);
  });
  await server.register(replyFrom, {
    // Node's own client: it hears an answer that comes before all of a body is sent. A stream of events may say nothing
    // for long, so nothing is cut off by time.
    http: { agentOptions: { keepAlive: true, maxSockets }, requestOptions: { timeout: 0 } },
    destroyAgent: true,
    disableRequestLogging: true,
  });
  server.all('/*', (request, reply) => {
    refuseTooLarge(request.headers);
    const { service, path } = destinationOf(request.method, request.url.split('?', 1)[0]!);
    const { body, headers } = request;
    reply.from(path, {
      // As it is: without its type it would be taken for an object, to be written as JSON.
      ...(Buffer.isBuffer(body) && { body, contentType: headers['content-type'] }),
      getUpstream: () => urlOf(service),
      // Who asked under which name is for the service to judge.
      rewriteRequestHeaders: ({ headers: { host } }, headers) => {
        // Its sender was told to go on already.
        delete headers.expect;
        return { ...headers, host };
      },
      retryDelay: () => null,
      onError: (answer, { error }) => void answer.send(rejectionOf(service, error)),
      onResponse: ({ method }, answer, { stream }) => {
        if (method === 'HEAD' || answer.statusCode === 304 || !isSmall(stream.headers)) return void answer.send(stream);
        whole(stream, (error, all) => void answer.send(error ? rejectionOf(service, error) : all));
      },
    });
  });
};

/** What a service would refuse unread: it hangs up then, and whoever still sends would not hear why. */
const refuseTooLarge = ({ 'content-length': length = '0', 'content-type': type }: IncomingHttpHeaders): void => {
  if (Number(length) > limitOf(type)) throw tooLarge(type);
};

/** Which checks of a service say no, and why; what it said, where that is no answer of readiness. */
const reasonsIn = (text: string): string => {
  const parsed = parseJson(Buffer.from(text));
  const checked = 'value' in parsed ? readyAnswer.safeParse(parsed.value) : undefined;
  if (!checked?.success) return text;
  return Object.entries(checked.data.checks)
    .flatMap(([name, { ok, reason }]) => (ok ? [] : [`${name} ${reason}`]))
    .join('; ');
};

const healthOf = (urlOf: (service: Service) => string) => {
  const ready = async (service: Service): Promise<void> => {
    const answer = await fetch(`${urlOf(service)}/health/ready`);
    if (!answer.ok) throw new Error(`is not ready: ${reasonsIn(await answer.text())}`);
  };
  return Object.fromEntries(services.map((service) => [service, () => ready(service)]));
};

/**
 * One HTTP address before all services: what is asked is passed on to the service whose path it is, in turns over its
 * replicas; of its own are only health, and the documents of all of them together. Where a service is away that is told
 * as a problem (503, 502). Throws `CannotStart` where the port is taken.
 */
export const startFront = (options: FrontOptions): Promise<Plain> =>
  listenPlainly({ ...options, problems: frontProblems }, async (server) => {
    const urlOf = inTurn(options);
    const ask = askAt(urlOf);
    const own = kindsOf(frontProblems);
    const closing = new AbortController();
    server.addHook('preClose', (done) => {
      closing.abort();
      done();
    });
    server.setNotFoundHandler(() => {
      throw new Rejection('NotFound', 'Nothing is served at this address.');
    });
    server.get('/health/live', () => ({ status: 'live' }));
    server.get('/health/ready', async (_, reply) => {
      const ready = await readyOf({ checks: healthOf(urlOf), closing: closing.signal });
      return reply.code(ready.status === 'ready' ? 200 : 503).send(ready);
    });
    server.get('/openapi.json', () => openApi(ask));
    serveProblems(server, () => problems(ask, own));
    await passOn(server, urlOf);
  });
