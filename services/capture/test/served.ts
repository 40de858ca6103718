import {
  captureProblems,
  CaptureModule,
  migrations as captureMigrations,
  CaptureReactor,
  type CaptureSettings,
} from '../src/index.ts';
import { follow, ledgerFeed, migrations as feedMigrations } from '@throughline/feed';
import { boot, logger } from '@throughline/host';
import { identityProjector, migrations as identityMigrations } from '@throughline/identity';
import { migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, projection } from '@throughline/read-model';
import { beside, migrations as accessMigrations } from '@throughline/service';
import { postgres } from '@throughline/testing';
import { Quarantine } from '../src/quarantine/quarantine.query.ts';
import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';

const schemas = {
  ledger: ledgerMigrations,
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  access: accessMigrations,
  capture: captureMigrations,
};

type Result = { index: number; outcome: string; id: string; position: number; problem: Body };
type Item = { id: string; reason: string; attempts: number };
/** What any of the answers may have; a spec knows which one it looks at. */
type Body = {
  outcome: string;
  id: string;
  event: string;
  position: number;
  reason: string;
  bytes: string;
  counts: Record<string, number>;
  results: Result[];
  items: Item[];
  nextCursor: string;
  status: number;
  code: string;
  errors: { pointer: string; reason: string }[];
};
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body };
type Init = {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
};

const jsonText = (json: unknown): string | undefined => (json === undefined ? undefined : JSON.stringify(json));

/** Capture served by the real host on a database of its own, with the projection of identity beside it. */
export const served = async (settings: CaptureSettings = {}) => {
  const urls = await postgres(schemas);
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'spec' });
  const keys = memoryKeyStore();
  const vault = new Vault(keys);
  const { tenants } = beside(db);
  const sources = { ledger, feed: ledgerFeed(ledger), db, projectorDb, vault, keys, now: () => new Date() };
  const {
    app,
    urls: at,
    close: closeApp,
  } = await boot({
    name: 'capture',
    modules: [CaptureModule.of(sources, settings)],
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0, services: { 'throughline.capture.v1.CaptureService': CaptureServiceService } },
    tenants,
    problems: captureProblems,
    log: logger('spec', 'silent'),
  });
  const identity = follow(ledger, projection(identityProjector, { db: projectorDb }));

  const ask = async (
    path: string,
    { method, json, body = jsonText(json), type, headers }: Init = {},
  ): Promise<Answer> => {
    const response = await fetch(`${at.http}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body !== undefined && { 'content-type': type ?? 'application/json' }), ...headers },
      body: body as RequestInit['body'],
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
  /** Sends a raw mail. */
  const mail = (bytes: Uint8Array, headers: Record<string, string> = {}, query = '') =>
    ask(`/v1/emails${query}`, { body: bytes, type: 'message/rfc822', headers });

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
  return {
    ...sources,
    app,
    at,
    urls,
    quarantine: app.get(Quarantine, { strict: false }),
    reactors: app.get(CaptureReactor, { strict: false }),
    ask,
    mail,
    events,
    identity,
    close,
  };
};

export type Served = Awaited<ReturnType<typeof served>>;
