import { setTimeout as pause } from 'node:timers/promises';
import { startFront } from '@throughline/front';
import { type Log, refuseTaken } from '@throughline/host';
import { type Installation, tellRestored } from '@throughline/service';
import { kept, type Kept } from './kept.ts';
import type { Place } from './place.ts';
import { hold } from './ports.ts';
import { mainOf, ownMain, runOnce } from './run.ts';
import type { Say } from './voice.ts';

/** What a fleet is made of. */
export type FleetOptions = {
  readonly dir: string;
  readonly places: readonly Place[];
  readonly http: { readonly host: string; readonly port: number };
  readonly hasAuth: boolean;
  /** Where Kafka is; unless given the fleet has its own. */
  readonly brokers?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly voice: (name: string) => Say;
};

/** Where a service is reached. */
export type Reached = { readonly http: string; readonly grpc?: string };

/** A fleet that runs. */
export type Fleet = {
  readonly url: string;
  readonly brokers: readonly string[];
  readonly reached: readonly (Reached & Pick<Place, 'name' | 'metrics'>)[];
};

type Stores = Pick<Installation, 'urls' | 'keys' | 'checkpoints'>;
type Broker = { readonly brokers: readonly string[] };
type Service = Place & { readonly process: Kept<Reached> };

// All of it ends within ten seconds: services first, then what they work with.
const servicesMs = 6_000;
const groundMs = 3_000;

const databaseOf = ({ dir, voice }: FleetOptions): Kept<Stores> =>
  kept({
    name: 'database',
    file: ownMain('database'),
    env: () => ({ THROUGHLINE_DATA_DIR: dir }),
    readyBy: (said) => ('message' in said ? (said.message as Stores) : undefined),
    say: voice('database'),
  });

const brokerOf = ({ dir, voice }: FleetOptions): Kept<Broker> =>
  kept({
    name: 'kafka',
    file: ownMain('broker'),
    env: () => ({ THROUGHLINE_DATA_DIR: dir }),
    readyBy: (said) => ('message' in said ? (said.message as Broker) : undefined),
    say: voice('kafka'),
  });

const serviceOf = (place: Place, { env, voice }: FleetOptions, ground: () => Record<string, string>): Service => {
  const line = new RegExp(`^${place.service} is ready at (\\S+)(?: (\\S+))?$`);
  let grpc = place.grpc;
  const process = kept<Reached>({
    name: place.name,
    file: mainOf(place.service),
    env: () => ({
      ...env,
      ...ground(),
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '0',
      GRPC_PORT: String(grpc),
      METRICS_PORT: String(place.metrics),
    }),
    readyBy: (said) => {
      const [, http, at] = ('line' in said && line.exec(said.line)) || [];
      // The address that was told stays the service's.
      if (at !== undefined) grpc = Number(at.slice(at.lastIndexOf(':') + 1));
      return http === undefined ? undefined : { http, ...(at !== undefined && { grpc: at }) };
    },
    say: voice(place.name),
  });
  return { ...place, process };
};

const groundOf = ({ urls, keys, checkpoints }: Stores, brokers: readonly string[]): Record<string, string> => ({
  DATABASE_URL: urls.service,
  PROJECTOR_URL: urls.projector,
  KEYS_URL: keys.url,
  KEYS_KEK: keys.kek,
  CHECKPOINT_KEY: checkpoints.key,
  CHECKPOINT_DIR: checkpoints.folder,
  KAFKA_BROKERS: brokers.join(','),
});

/** A topic that one server can keep. */
const ownTopic = { KAFKA_REPLICAS: '1', KAFKA_MIN_INSYNC_REPLICAS: '1' };

/** Where nobody is asked who they are, nobody is at the inbox either. */
const openInbox = { INBOX_TENANTS: process.env['INBOX_TENANTS'] || '*' };

/** Resolves once everything behind the front is ready: its feed has joined, say; after a minute it is told what is not, and that has to do. */
const untilReady = async (url: string, say: Say): Promise<void> => {
  for (const deadline = performance.now() + 60_000; ; await pause(250)) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() < deadline) continue;
    return say(`not all of it is ready: ${(await answer?.text()) ?? 'the front does not answer'}`);
  }
};

/** A fleet, to be started once. `stop` ends it at any time, also while it starts, which fails then. */
export const fleetOf = (options: FleetOptions) => {
  const { places, http, hasAuth, log, voice } = options;
  const database = databaseOf(options);
  const broker = options.brokers ? undefined : brokerOf(options);
  const brokers = () => broker?.ready()?.brokers ?? options.brokers ?? [];
  let stores: Stores | undefined;
  const ground = () => ({
    ...groundOf((stores = database.ready() ?? stores!), brokers()),
    ...(broker && ownTopic),
    ...(broker && !hasAuth && openInbox),
  });
  const services = places.map((place) => serviceOf(place, options, ground));
  let front: Awaited<ReturnType<typeof startFront>> | undefined;

  const prepare = async (): Promise<void> => {
    const [{ urls }] = await Promise.all([database.start(), broker?.start()]);
    await runOnce('migrate', { DATABASE_URL: urls.owner }, voice('migrate'));
    if (await tellRestored(options.dir, urls.owner))
      voice('fleet')('The data folder was brought back: the ledger goes on in another fork.');
  };

  const start = async (): Promise<Fleet> => {
    await refuseTaken(http.host, { HTTP_PORT: http.port });
    const release = await hold(places.flatMap(({ grpc }) => (grpc === 0 ? [] : [grpc])));
    try {
      await prepare();
    } finally {
      await release();
    }
    const reached = await Promise.all(
      services.map(async ({ name, metrics, process }) => ({ name, metrics, ...(await process.start()) })),
    );
    const upstreams = (service: string): string[] =>
      services.flatMap((one) => (one.service === service ? (one.process.ready()?.http ?? []) : []));
    front = await startFront({ ...http, hasAuth, log, upstreams, drainMs: servicesMs });
    await untilReady(front.url, voice('fleet'));
    return { url: front.url, brokers: brokers(), reached };
  };

  const end = async (): Promise<void> => {
    await Promise.all([front?.close(), ...services.map(({ process }) => process.stop(servicesMs))]);
    await Promise.all([broker?.stop(groundMs), database.stop(groundMs)]);
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= end());
  return { start, stop };
};
