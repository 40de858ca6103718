import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  CaptureModule,
  captureProblems,
  CaptureReactor,
  migrations as captureMigrations,
  Quarantine,
  TenantDirectory,
} from '@throughline/capture';
import { descriptors } from '@throughline/contracts/gen/descriptors';
import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import {
  CrmWritebackModule,
  crmWritebackProblems,
  migrations as writebackMigrations,
  Workers,
} from '@throughline/crm-writeback';
import { migrations as feedMigrations } from '@throughline/feed';
import { boot, type Booted, type Log } from '@throughline/host';
import { migrations as identityMigrations } from '@throughline/identity';
import { migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations, type Running } from '@throughline/read-model';
import { migrations as routingMigrations, Reactors, RoutingModule, routingProblems } from '@throughline/routing';
import {
  accountExists,
  migrations as timelineMigrations,
  reading,
  TimelineModule,
  timelineProblems,
} from '@throughline/timeline';
import type { Installation, Schema } from './installation.ts';

/** Every schema of the one database, in the order in which they are made. */
export const schemas: readonly Schema[] = [
  { schema: 'ledger', dir: ledgerMigrations },
  { schema: 'feed', dir: feedMigrations },
  { schema: 'read_model', dir: readModelMigrations },
  { schema: 'identity', dir: identityMigrations },
  { schema: 'capture', dir: captureMigrations },
  { schema: 'routing', dir: routingMigrations },
  { schema: 'timeline', dir: timelineMigrations },
  { schema: 'writeback', dir: writebackMigrations },
];

const services = {
  'throughline.capture.v1.CaptureService': CaptureServiceService,
  'throughline.routing.v1.RoutingService': RoutingServiceService,
  'throughline.timeline.v1.TimelineService': TimelineServiceService,
};

/** The console as it was built; an installation without it serves the API alone. */
const consolePage = (): string | undefined => {
  const folder = fileURLToPath(new URL('../../console/dist', import.meta.url));
  return existsSync(folder) ? folder : undefined;
};

// It all ends within ten seconds; the rest of them is the database's.
const drainMs = 6_000;

/** Where the product is to be reached. */
export type Addresses = {
  readonly host: string;
  readonly http: number;
  readonly grpc: number;
  /** Where people reach the console, for links to it; there are none unless given. */
  readonly publicUrl?: string;
};

/** The four services in one process over an opened installation. `close()` ends all of it but the installation. */
export const startProduct = async (
  { urls, keys: place, tieTo }: Omit<Installation, 'stop'>,
  { host, http, grpc, publicUrl }: Addresses,
  log: Log,
): Promise<Booted> => {
  const keys = await openKeyStore(place);
  await tieTo(keys.id).catch((error: unknown) => {
    keys.close();
    throw error;
  });
  const db = connect({ url: urls.service, application: 'throughline', max: 16 });
  const projectorDb = connect({ url: urls.projector, application: 'throughline projector', max: 12 });
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'standalone' });
  const release = async () => {
    await ledger.close();
    await Promise.all([db.close(), projectorDb.close()]);
    keys.close();
  };
  const now = () => new Date();
  const shared = { ledger, db, projectorDb, vault: new Vault(keys, now), keys, now, log };
  const quarantine = new Quarantine(shared);
  const quarantined = (tenant: string) => quarantine.count(tenant);
  const hasAccount = (tenant: string, account: string) => reading(shared, tenant, (as) => accountExists(as, account));
  let booted: Booted | undefined;
  // A request may come before boot() answered.
  const alongside = () => [CaptureReactor, Reactors, Workers].flatMap((of): readonly Running[] => booted?.app.get<{ running: readonly Running[] }>(of).running ?? []); // prettier-ignore
  try {
    booted = await boot({
      name: 'standalone',
      modules: [
        CaptureModule.of(shared),
        RoutingModule.of({ ...shared, accountExists: hasAccount }),
        TimelineModule.of({ ...shared, quarantined, alongside }),
        CrmWritebackModule.of({ ...shared, publicUrl }),
      ],
      http: { host, port: http },
      grpc: { host, port: grpc, services, reflection: descriptors },
      tenants: new TenantDirectory({ db }),
      problems: { ...captureProblems, ...routingProblems, ...timelineProblems, ...crmWritebackProblems },
      ready: { database: async () => void (await db.query('select 1')) },
      static: consolePage(),
      drainMs,
      log,
    });
    const close = async () => {
      try {
        await booted?.close();
      } finally {
        await release();
      }
    };
    return { ...booted, close };
  } catch (error) {
    await release();
    throw error;
  }
};
