import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { observe } from '@throughline/telemetry';
import { type Auth, identifying } from './auth/auth.ts';
import { CallerGuard, type Tenants } from './auth/caller.guard.ts';
import type { Tls } from './auth/tls.ts';
import { type GrpcOptions, GrpcServer } from './grpc.server.ts';
import { type Checks, HealthModule, type Readiness, readingsOf } from './health.ts';
import { httpAdapter } from './http.ts';
import { type Log, logger, nestLogger } from './log.ts';
import { CannotStart, httpAt, mustBeLoopback } from './loopback.ts';
import { measureRequests } from './measure.ts';
import { beginYoung } from './memory.ts';
import { type MetricsOptions, type MetricsServer, serveMetrics } from './metrics.server.ts';
import { serveDocs } from './openapi.ts';
import { ProblemsFilter } from './problems.filter.ts';
import { kindsOf, serveProblems } from './problems.page.ts';
import { hostProblems, type Problems } from './problems.ts';
import { UnreadGuard } from './unread.guard.ts';
import { type Rate, RateGuard } from './rate.guard.ts';
import { guardRequests, identifyRequests, letGo, logRequests, nameMissing, readBodies } from './requests.ts';
import { serveStatic } from './static.ts';
import { ValidPipe } from './valid.pipe.ts';

/** What a process serves, and where. */
export type BootOptions = {
  /** What the process is called in its log: `standalone`, `capture` … */
  readonly name: string;
  readonly version?: string;
  /** The services' Nest modules. */
  readonly modules: readonly (Type | DynamicModule)[];
  /** Loopback only without `auth`. Port 0 takes any free one. */
  readonly http: { readonly host: string; readonly port: number };
  readonly grpc?: GrpcOptions;
  /** Where metrics are told, at the host of HTTP; nowhere unless given. */
  readonly metrics?: Pick<MetricsOptions, 'port'>;
  /** What each tenant may ask of this process; all unless given. */
  readonly rate?: Rate;
  readonly tenants: Tenants;
  /** How callers prove who they are; without it they are who they say. */
  readonly auth?: Auth;
  /** Serves HTTP and gRPC over TLS. */
  readonly tls?: Tls;
  /** The problems that the services' rejections are, beside the host's own. */
  readonly problems?: Problems;
  /** What has to work before traffic may come. */
  readonly ready?: Checks;
  /** The folder of the console's built page, served at `/`. */
  readonly static?: string;
  readonly log?: Log;
  /** How long `close()` waits for requests to finish; 8 s by default. */
  readonly drainMs?: number;
};

/** A running process. */
export type Booted = {
  readonly app: NestFastifyApplication;
  /** Where it is reached: `http://127.0.0.1:3000`, `127.0.0.1:50051`, `http://127.0.0.1:9464/metrics`. */
  readonly urls: { readonly http: string; readonly grpc?: string; readonly metrics?: string };
  /**
   * Stops: not ready, streams end, no new connections, requests finish (bounded), then Nest's shutdown hooks. What
   * requests need is closed in `onApplicationShutdown`, which runs after the last request; not in `onModuleDestroy`,
   * which runs before.
   */
  readonly close: () => Promise<void>;
};

@Module({})
class HostModule {}

const createApp = async (options: BootOptions, log: Log, readiness: Readiness): Promise<NestFastifyApplication> => {
  const { closing } = readiness;
  const adapter = httpAdapter(options.tls);
  const server = adapter.getInstance<FastifyInstance>();
  server.decorate('closing', closing);
  const catalogue = { ...hostProblems, ...options.problems };
  const problems = new ProblemsFilter(catalogue, log, nameMissing(server));
  const identify = identifying(options.auth);
  measureRequests(server);
  guardRequests(server, options.auth !== undefined);
  readBodies(server);
  logRequests(server, log);
  if (options.auth) identifyRequests(server, identify);
  letGo(server, closing);
  const kinds = kindsOf(catalogue);
  serveProblems(server, () => kinds);
  if (options.static !== undefined) await serveStatic(server, options.static, problems);
  const root: DynamicModule = { module: HostModule, imports: [HealthModule.of(readiness), ...options.modules] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(problems);
  app.useGlobalGuards(
    new CallerGuard(identify, options.tenants),
    ...(options.rate ? [new RateGuard(options.rate)] : []),
    new UnreadGuard(),
  );
  app.useGlobalPipes(new ValidPipe());
  serveDocs(app, options.version ?? '0.1.0');
  return app;
};

const listen = async (app: NestFastifyApplication, { http: { host, port }, tls }: BootOptions): Promise<string> => {
  try {
    await app.listen(port, host);
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'EADDRINUSE')
      throw new CannotStart(`Port ${port} on ${host} is in use: set HTTP_PORT to another.`, { cause: error });
    if (code === 'EACCES')
      throw new CannotStart(`Port ${port} on ${host} is not allowed: set HTTP_PORT to another.`, { cause: error });
    throw error;
  }
  const { port: bound } = app.getHttpServer().address() as AddressInfo;
  return httpAt(host, bound, tls !== undefined);
};

const startGrpc = async (app: NestFastifyApplication, grpc: GrpcServer): Promise<void> => {
  app.connectMicroservice({ strategy: grpc }, { inheritAppConfig: true });
  await app.init();
  await app.startAllMicroservices();
};

/**
 * Starts a process: the services' modules behind HTTP and gRPC. Throws {@link CannotStart}, with a text for people, where
 * a port is taken, or a host is not loopback and there is no authentication; what was started until then is stopped again.
 */
export const boot = async (options: BootOptions): Promise<Booted> => {
  beginYoung();
  if (!options.auth)
    for (const { host } of [options.http, ...[options.grpc ?? []].flat()]) mustBeLoopback(host, 'HTTP_HOST');
  const log = options.log ?? logger(options.name);
  const closing = new AbortController();
  const readiness = { checks: options.ready ?? {}, closing: closing.signal };
  const app = await createApp(options, log, readiness);
  const grpc = options.grpc && new GrpcServer({ ...options.grpc, tls: options.tls }, log);
  const unobserve = observe(() => readingsOf(readiness));
  let metrics: MetricsServer | undefined;
  const close = once(async () => {
    closing.abort();
    const drainMs = options.drainMs ?? 8_000;
    const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), drainMs);
    await Promise.all([app.close(), grpc?.drain(drainMs)]);
    clearTimeout(cut);
    unobserve();
    await metrics?.close();
  });
  try {
    metrics = options.metrics && (await serveMetrics({ ...options.metrics, host: options.http.host }, log));
    // HTTP last: who is told by it that we are ready finds everything there.
    if (grpc) await startGrpc(app, grpc);
    const http = await listen(app, options);
    const urls = { http, ...(grpc && { grpc: grpc.address }), ...(metrics?.url && { metrics: metrics.url }) };
    return { app, urls, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const once = (run: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
};
