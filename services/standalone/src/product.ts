import {
  CaptureModule,
  captureProblems,
  CaptureReactor,
  type CaptureSettings,
  ErasureController,
} from '@throughline/capture';
import { descriptors } from '@throughline/contracts/gen/descriptors';
import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { CrmWritebackModule, crmWritebackProblems, Workers } from '@throughline/crm-writeback';
import { type AuthSettings, boot, type Booted, type BootOptions, type Log, tlsOf } from '@throughline/host';
import { openKeyStore } from '@throughline/privacy';
import type { Running } from '@throughline/read-model';
import { Reactors, RoutingModule, routingProblems } from '@throughline/routing';
import { authOf, beside, builtPage, type Installation, openSources, readinessOf } from '@throughline/service';
import { TimelineModule, type TimelineOptions, timelineProblems } from '@throughline/timeline';

const services = {
  'throughline.capture.v1.CaptureService': CaptureServiceService,
  'throughline.ledger.v1.LedgerService': LedgerServiceService,
  'throughline.routing.v1.RoutingService': RoutingServiceService,
  'throughline.timeline.v1.TimelineService': TimelineServiceService,
};

// Of each role: four services share them.
const connections = { service: 16, projector: 12 };

/** Seconds between two checkpoints of the ledger. */
const signedEvery = 300;

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

/** An installation, with the URL of the ledger where that is elsewhere. */
export type Opened = Pick<Installation, 'keys' | 'checkpoints' | 'tieTo'> & {
  readonly urls: Installation['urls'] & { readonly ledger?: string };
};

/** The four services in one process over an opened installation. `close()` ends all of it but the installation. */
export const startProduct = async (
  { urls, keys: place, checkpoints, tieTo }: Opened,
  { host, http, grpc, publicUrl }: Addresses,
  log: Log,
  settings: CaptureSettings & Partial<AuthSettings> = {},
  edge: Pick<BootOptions, 'metrics' | 'rate'> = {},
): Promise<Booted> => {
  const keys = await openKeyStore(place);
  await tieTo(keys.id).catch((error: unknown) => {
    keys.close();
    throw error;
  });
  const { sources, release } = await openSources({ name: 'standalone', urls, keys, connections, log });
  const { tenants, quarantined, accountExists } = beside(sources.db);
  // What keeps no chain has nothing to sign.
  const notary = sources.ledger.abilities.chained ? { ...checkpoints, mayCreate: true, every: signedEvery } : undefined;
  let booted: Booted | undefined;
  // A request may come before boot() answered.
  const alongside = () => [CaptureReactor, Reactors, Workers].flatMap((of): readonly Running[] => booted?.app.get<{ running: readonly Running[] }>(of).running ?? []); // prettier-ignore
  const erase: TimelineOptions['erase'] = (...of) => booted!.app.get(ErasureController).begin(...of);
  try {
    booted = await boot({
      name: 'standalone',
      auth: await authOf(settings, sources),
      tls: tlsOf(settings),
      modules: [
        CaptureModule.of(sources, { CHECKPOINT_KEY: checkpoints.key, ...settings }),
        RoutingModule.of({ ...sources, accountExists }),
        TimelineModule.of({ ...sources, quarantined, alongside, notary, erase }),
        CrmWritebackModule.of({ ...sources, publicUrl }),
      ],
      http: { host, port: http },
      grpc: { host, port: grpc, services, reflection: descriptors },
      tenants,
      problems: { ...captureProblems, ...routingProblems, ...timelineProblems, ...crmWritebackProblems },
      ready: readinessOf(sources, []),
      ...edge,
      static: builtPage(new URL('../../console/dist', import.meta.url)),
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
