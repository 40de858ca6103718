import { captureProblems, CaptureModule, migrations as captureMigrations, TenantDirectory } from '../src/index.ts';
import { follow, migrations as feedMigrations } from '@throughline/feed';
import { boot, logger } from '@throughline/host';
import { identityProjector, migrations as identityMigrations } from '@throughline/identity';
import { migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect, migrate } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';

const schemas = {
  ledger: ledgerMigrations,
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  capture: captureMigrations,
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any };
type Init = {
  readonly method?: string;
  readonly json?: unknown;
  readonly mail?: string | Uint8Array;
  readonly ndjson?: string;
  readonly headers?: Record<string, string>;
};

/** Capture served by the real host on a database of its own, with the projection of identity beside it. */
export const served = async () => {
  const urls = await postgres();
  for (const [schema, dir] of Object.entries(schemas)) await migrate({ url: urls.owner, dir, schema });
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'spec' });
  const keys = memoryKeyStore();
  const vault = new Vault(keys);
  const tenants = new TenantDirectory({ db });
  const sources = { ledger, db, projectorDb, vault, keys, now: () => new Date() };
  const {
    app,
    urls: at,
    close: closeApp,
  } = await boot({
    name: 'capture',
    modules: [CaptureModule.of(sources)],
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0, services: { 'throughline.capture.v1.CaptureService': CaptureServiceService } },
    tenants,
    problems: captureProblems,
    log: logger('spec', 'silent'),
  });
  const identity = follow(ledger, projection(identityProjector, { db: projectorDb }));

  const ask = async (path: string, { method, json, mail, ndjson, headers }: Init = {}): Promise<Answer> => {
    const [type, body] =
      mail !== undefined
        ? ['message/rfc822', mail]
        : ndjson !== undefined
          ? ['application/x-ndjson', ndjson]
          : json !== undefined
            ? ['application/json', JSON.stringify(json)]
            : [undefined, undefined];
    const response = await fetch(`${at.http}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(type && { 'content-type': type }), ...headers },
      body: body as RequestInit['body'],
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };

  /** All events of a tenant, opened. */
  const events = async (tenant = 'default') => vault.open(tenant, await ledger.tail(0n, { limit: 10_000, tenant }));

  const close = async () => {
    await closeApp();
    await identity.stop();
    await ledger.close();
    await Promise.all([db.close(), projectorDb.close()]);
    keys.close();
    await urls.drop();
  };
  return { ...sources, app, at, urls, ask, events, identity, close };
};

export type Served = Awaited<ReturnType<typeof served>>;
