import {
  type Client,
  makeGenericClientConstructor,
  credentials,
  Metadata,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { type Endpoint, logger } from '@throughline/host';
import { audience, issuer, temporaryFolder } from '@throughline/testing';
import { startProduct } from '../src/index.ts';
import { migrated } from './database.ts';
import { type Route } from './routes.ts';

/** The product in this process with authentication on, beside an issuer of tokens. */
export const guarded = async (more: object = {}) => {
  const [urls, oidc, dir] = [await migrated(), await issuer(), await temporaryFolder()];
  const keys = { url: `file:${join(dir, 'keys.sqlite')}`, kek: join(dir, 'kek'), apartFrom: [] };
  const checkpoints = { folder: join(dir, 'checkpoints'), key: join(dir, 'checkpoint.pem') };
  const bootstrap = join(dir, 'bootstrap');
  const booted = await startProduct(
    { urls, keys, checkpoints, tieTo: async () => {} },
    { host: '127.0.0.1', http: 0, grpc: 0 },
    logger('spec', 'silent'),
    {
      QUIET_EVERY: 0,
      AUTH: 'on',
      OIDC_ISSUER: oidc.url,
      OIDC_AUDIENCE: audience,
      BOOTSTRAP_KEY_FILE: bootstrap,
      ...more,
    },
  );
  return {
    ...booted,
    oidc,
    bootstrap,
    stop: async () => {
      await Promise.all([booted.close(), oidc.stop()]);
      await urls.drop();
    },
  };
};

const services: Readonly<Record<string, ServiceDefinition>> = {
  CaptureService: CaptureServiceService,
  LedgerService: LedgerServiceService,
  RoutingService: RoutingServiceService,
  TimelineService: TimelineServiceService,
};

/** Every method of every contract, as `Service/method`. */
export const methods = Object.entries(services).flatMap(([service, of]) =>
  Object.keys(of).map((rpc) => `${service}/${rpc}`),
);

const Generic = makeGenericClientConstructor({}, 'any') as unknown as new (...args: ConstructorParameters<typeof Client>) => Client; // prettier-ignore

/** Calls any method with an empty message: the status that it ends with. */
export const calling = (at: string) => {
  const client = new Generic(at, credentials.createInsecure());
  const empty = () => Buffer.alloc(0);
  const same = (bytes: Buffer) => bytes;
  const call = ({ service, rpc }: NonNullable<Endpoint['rpc']>, headers: Readonly<Record<string, string>>) =>
    new Promise<number>((resolve) => {
      const { path, requestStream, responseStream } = services[service]![rpc]!;
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      const done = (error: ServiceError | null) => resolve(error?.code ?? 0);
      const ended = (stream: Readable) =>
        void stream
          .on('error', done)
          .on('end', () => resolve(0))
          .resume();
      if (!responseStream) return client.makeUnaryRequest(path, empty, same, {}, metadata, done);
      if (!requestStream) return ended(client.makeServerStreamRequest(path, empty, same, {}, metadata));
      const both = client.makeBidiStreamRequest(path, empty, same, metadata);
      ended(both);
      return both.end();
    });
  return { call, close: () => client.close() };
};

/** What a route wants to be asked, so that it is looked at who asks before anything else is wrong. */
export const pathOf = ({ path }: Route): string =>
  path.replaceAll(/\{(\w+)\}/g, '99999999-9999-4999-8999-999999999999');
