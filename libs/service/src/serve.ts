import { descriptors } from '@throughline/contracts/gen/descriptors';
import { kafkaDriver } from '@throughline/feed';
import {
  type AuthSettings,
  boot,
  type Booted,
  type BootOptions,
  type Checks,
  edgeOf,
  edgeSettings,
  type EdgeSettings,
  environment,
  type GrpcServices,
  kafkaOf,
  kafkaSettings,
  logger,
  mustBeLoopback,
  runProcess,
  settings,
  tlsOf,
  withAuth,
  withKafka,
} from '@throughline/host';
import { openKeyStore } from '@throughline/privacy';
import type { Running } from '@throughline/read-model';
import type { z } from 'zod';
import { authOf } from './access/access.ts';
import { areBuilt, commonSchemas, readinessOf, type Schema } from './readiness.ts';
import { beside } from './beside.ts';
import { ledgerUrlOf } from './opened-ledger.ts';
import { builtPage } from './page.ts';
import { mendable, openSources, type Sources } from './sources.ts';

const { HTTP_HOST, HTTP_PORT, GRPC_PORT, LEDGER_URL, DATABASE_URL, KEYS_URL, KEYS_KEK, LOG_LEVEL } = environment;

const common = {
  HTTP_HOST,
  HTTP_PORT,
  GRPC_PORT,
  LOG_LEVEL,
  ...edgeSettings,
  // Only where it is not in the database.
  LEDGER_URL,
  // One database by its two roles.
  DATABASE_URL: DATABASE_URL.unwrap(),
  PROJECTOR_URL: DATABASE_URL.unwrap(),
  // The events come by it; from the ledger's tail where it is not set.
  ...kafkaSettings,
  KEYS_URL: KEYS_URL.unwrap(),
  KEYS_KEK: KEYS_KEK.unwrap(),
};

// It has ten seconds for its requests and for what it has opened; what still hangs then is held up by something else.
const endsWithinMs = 15_000;

/** A service, as far as a process of its own has to know it. */
export type Service<Shape extends z.ZodRawShape> = {
  /** What it is called: `capture`. */
  readonly name: string;
  /** The settings that it has beside those of all. */
  readonly settings?: Shape;
  readonly modules: (sources: Sources, settings: z.output<z.ZodObject<Shape>>) => BootOptions['modules'];
  readonly problems: BootOptions['problems'];
  /** It follows no feed, and joins no group for one: it reads the ledger itself. */
  readonly withoutFeed?: true;
  /** Its own schema of the database, whose migrations it waits for as for those of all. */
  readonly schema?: Schema;
  /** What it projects, once it is booted: it is ready when rows of these versions are live. */
  readonly running?: (app: Booted['app']) => readonly Running[];
  /** What has to work for it to be ready, beside what all need. Checks run once `booted` is there to be asked. */
  readonly ready?: (booted: () => Booted) => Checks;
  /** What it serves over gRPC; no port is opened for a service that serves nothing. */
  readonly grpc?: GrpcServices;
  /** The folder of a page that it serves at `/`, where that was built. */
  readonly page?: URL;
};

/**
 * Runs one service in this process, over Kafka or over the tail of the ledger, until it is told to end. Settings come from the
 * environment: what is wrong with them is told all at once, and ends the process with 2; what cannot start ends it with 1.
 */
export const serve = <Shape extends z.ZodRawShape>(service: Service<Shape>): void => {
  const { name, problems, grpc: services, running: projected } = service;
  const shape: z.ZodRawShape = { ...common, ...service.settings };
  const wanted = settings(withKafka(withAuth(shape))) as unknown as Wanted & z.output<z.ZodObject<Shape>>;
  const log = logger(name, wanted.LOG_LEVEL);
  const start = async () => {
    // Told before anything is made.
    if (wanted.AUTH === 'off') mustBeLoopback(wanted.HTTP_HOST, 'HTTP_HOST');
    const ledger = ledgerUrlOf(wanted.LEDGER_URL, wanted.DATABASE_URL);
    const keys = await openKeyStore({ url: wanted.KEYS_URL, kek: wanted.KEYS_KEK });
    const urls = { service: wanted.DATABASE_URL, projector: wanted.PROJECTOR_URL, ledger };
    const reached = service.withoutFeed ? undefined : kafkaOf(wanted);
    const kafka = reached && kafkaDriver({ ...reached, clientId: `throughline-${name}` });
    const { sources, release } = await openSources({ name, urls, keys, kafka, log });
    const host = wanted.HTTP_HOST;
    let running: Booted | undefined;
    const booted = await authOf(wanted, sources)
      .then((auth) =>
        boot({
          name,
          auth,
          tls: tlsOf(wanted),
          modules: service.modules(sources, wanted),
          http: { host, port: wanted.HTTP_PORT },
          ...(services && { grpc: { host, port: wanted.GRPC_PORT, services, reflection: descriptors } }),
          tenants: beside(sources.db).tenants,
          static: service.page && builtPage(service.page),
          problems,
          ready: {
            ...readinessOf(sources, [...commonSchemas, ...[service.schema ?? []].flat()]),
            ...(projected && { projections: areBuilt(() => projected(running!.app)) }),
            ...service.ready?.(() => running!),
          },
          ...edgeOf(wanted),
          log,
        }),
      )
      .catch(async (error: unknown) => {
        await release();
        throw error;
      });
    running = booted;
    process.stdout.write(`${[`${name} is ready at`, booted.urls.http, booted.urls.grpc].filter(Boolean).join(' ')}\n`);
    return async () => {
      try {
        await booted.close();
      } finally {
        await release();
      }
    };
  };
  runProcess(name, start, mendable, endsWithinMs);
};

type Wanted = z.output<z.ZodObject<typeof common>> & AuthSettings & EdgeSettings;
