import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Service, startFront } from '@throughline/front';
import { logger } from '@throughline/host';
import { migrateAll } from '@throughline/migrate';
import { cluster, kafkaCluster, temporaryFolder } from '@throughline/testing';
import { freePort, kept, type Kept } from './kept.ts';

/** How many of each service run; of `extra` another one comes and goes. */
const counts = { capture: 2, routing: 2, timeline: 2, 'crm-writeback': 1, relay: 2 } as const;
const extra = ['timeline', 'routing'] as const;
type Name = keyof typeof counts;

/** A process of a service. */
export type Replica = Kept & { readonly service: Name };

const mainOf = (name: Name): URL => new URL(`../../services/${name}/src/main.ts`, import.meta.url);

/** A server of ours that is struck like a process. */
const struck = (name: string, strike: Pick<Kept, 'start' | 'kill'> & Partial<Pick<Kept, 'freeze'>>): Kept => ({
  name,
  url: () => '',
  isAlive: () => true,
  died: () => 0,
  freeze: () => Promise.reject(new Error(`${name} is not frozen`)),
  ...strike,
});

/** A database and a broker of one's own, every service in processes of its own, and the front before them. */
export const world = async () => {
  const database = await cluster({ max_connections: 400 });
  const folder = await temporaryFolder();
  const broker = await kafkaCluster({ dir: join(folder, 'kafka') });
  const keys = { url: `file:${join(folder, 'keys.sqlite')}`, kek: join(folder, 'kek') };
  await migrateAll(database.owner);
  const common = {
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    METRICS_PORT: 'off',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: database.service,
    PROJECTOR_URL: database.projector,
    KEYS_URL: keys.url,
    KEYS_KEK: keys.kek,
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_REPLICAS: '1',
    KAFKA_MIN_INSYNC_REPLICAS: '1',
    INBOX_TENANTS: '*',
    // What is said in a drill is over when it says so.
    QUIET_EVERY: '0',
  };
  const replicaOf = async (service: Name, nth: number): Promise<Replica & { grpc: string }> => {
    // An address that stays, as one before a service does.
    const port = await freePort();
    const process = kept(`${service} ${nth}`, mainOf(service), { ...common, GRPC_PORT: String(port) });
    return { ...process, service, grpc: `127.0.0.1:${port}` };
  };
  const names = Object.keys(counts) as Name[];
  const replicas = await Promise.all(
    names.flatMap((service) => Array.from({ length: counts[service] }, (_, nth) => replicaOf(service, nth + 1))),
  );
  const extras = await Promise.all(extra.map((service) => replicaOf(service, counts[service] + 1)));
  const all = [...replicas, ...extras];
  const upstreams = (service: Service): string[] =>
    all.flatMap((one) => (one.service === service && one.isAlive() ? one.url() : []));
  const front = await startFront({ host: '127.0.0.1', port: 0, hasAuth: false, log: logger('front', 'silent'), upstreams }); // prettier-ignore

  return {
    database,
    keys,
    brokers: broker.brokers,
    /** Where all of it is kept: the database's folder, and that of the broker and the keys. */
    folders: [database.dir, folder],
    url: front.url,
    /** Where capture serves gRPC. */
    grpc: replicas.filter(({ service }) => service === 'capture').map(({ grpc }) => grpc),
    replicas,
    /** They come at their first blow, and go and come at each later one. */
    extras,
    servers: {
      database: struck('the database', { kill: () => database.stop('immediate'), start: database.start }),
      broker: struck('the broker', {
        kill: () => broker.stop(),
        start: () => broker.start(),
        freeze: async (ms) => {
          await broker.freeze();
          await pause(ms);
          await broker.thaw();
        },
      }),
    },
    /** Processes that ended without having been killed. */
    died: () => all.reduce((sum, one) => sum + one.died(), 0),
    start: async () => {
      // One after the other: all at once would keep each other from the processor.
      for (const one of replicas) await one.start();
    },
    /** Ends everything but the front; what is kept in the folders stays until it is closed. */
    halt: async () => {
      await Promise.all(all.map(({ kill }) => kill()));
      await Promise.all([database.stop('fast'), broker.stop(1, 'SIGTERM')]);
    },
    close: async () => {
      await front.close();
      await Promise.all(all.map(({ kill }) => kill()));
      await broker.drop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type World = Awaited<ReturnType<typeof world>>;
