import { type Feed, type KafkaDriver, kafkaFeed, ledgerFeed, ledgerTopic } from '@throughline/feed';
import { CannotStart, type Log } from '@throughline/host';
import type { Ledger } from '@throughline/ledger';
import {
  connect,
  type Database,
  FolderInUse,
  MigrationRefused,
  PortTaken,
  ServerFailed,
  UnsafeDatabase,
} from '@throughline/postgres';
import { type KeyStore, KeyStoreUnusable, SigningKeyUnusable, Vault } from '@throughline/privacy';
import { startTracing } from '@throughline/telemetry';
import { openLedger } from './opened-ledger.ts';
import { tracedFeed, tracedLedger } from './traced.ts';
import { watchedFeed, watchFlushes } from './watched.ts';

/** What every service works with. */
export type Sources = {
  readonly ledger: Ledger;
  /** Brings the ledger's events to consumers. */
  readonly feed: Feed;
  /** Where the events come by Kafka: for what else is read or sent there. */
  readonly kafka?: KafkaDriver;
  /** The service role: sees the rows of one tenant at a time. */
  readonly db: Database;
  /** The projector role, for projections and reactors: they read the ledger of all tenants. */
  readonly projectorDb: Database;
  readonly vault: Vault;
  readonly keys: KeyStore;
  readonly now: () => Date;
  readonly log?: Log;
};

/** Where the sources are, and for whom they are opened. */
export type OpenOptions = {
  /** What the process is called: it stands in each batch that it appends, and beside its connections. */
  readonly name: string;
  /** The database by the URLs of its two roles, and the ledger where it is not in there: an EventStoreDB. */
  readonly urls: { readonly service: string; readonly projector: string; readonly ledger?: string };
  /** Closed with the rest, also where the rest cannot be opened. */
  readonly keys: KeyStore;
  /** Most connections of each role; 10 and 8 unless given. */
  readonly connections?: { readonly service: number; readonly projector: number };
  /** What the events come by, closed with the rest; from the tail of the ledger where not given. */
  readonly kafka?: KafkaDriver;
  readonly log: Log;
  /** The machine's clock unless given. */
  readonly now?: () => Date;
};

/** Sources, and what gives them back; to be called once nothing works with them any more. */
export type Opened = { readonly sources: Sources; readonly release: () => Promise<void> };

/** Errors that a person can mend: their text says what is wrong and what to do, a stack would add nothing. */
export const mendable = [CannotStart, FolderInUse, KeyStoreUnusable, MigrationRefused, PortTaken, ServerFailed, SigningKeyUnusable, UnsafeDatabase] as const; // prettier-ignore

// What the network and the server say (`ECONNREFUSED`, `28P01`) has a code; a mistake of ours has none.
const unreachable = (error: unknown): CannotStart | undefined =>
  error instanceof Error && 'code' in error
    ? new CannotStart(`The database cannot be used: ${error.message}`, { cause: error })
    : undefined;

/** Opens what a service works with. Throws {@link CannotStart} where the database or the ledger is not there, `UnsafeDatabase` where it is not safe. */
export const openSources = async ({
  name,
  urls,
  keys,
  connections = { service: 10, projector: 8 },
  kafka,
  log,
  now = () => new Date(),
}: OpenOptions): Promise<Opened> => {
  // Before anything is opened: what is opened looks whether this process traces.
  const stopTracing = await startTracing({ service: name, onTrouble: (text) => log.warn({ text }, 'spans were lost') });
  const { onFlush, stop: unwatchFlushes } = watchFlushes();
  const db = connect({ url: urls.service, application: name, max: connections.service });
  const projectorDb = connect({ url: urls.projector, application: `${name} projector`, max: connections.projector });
  const closeBase = async () => {
    await Promise.all([db.close(), projectorDb.close(), kafka?.close()]);
    keys.close();
    unwatchFlushes();
    await stopTracing();
  };
  try {
    const ledger = tracedLedger(await openLedger(urls, name, onFlush));
    const plain = kafka
      ? kafkaFeed({ ledger, driver: kafka, topic: ledgerTopic, group: `throughline.${name}`, log })
      : ledgerFeed(ledger);
    const { feed, stop: unwatchFeed } = watchedFeed(tracedFeed(plain), projectorDb);
    return {
      sources: { ledger, feed, kafka, db, projectorDb, vault: new Vault(keys, now), keys, now, log },
      release: async () => {
        // First, so that another process has the work while this one still tidies up.
        await feed.close();
        unwatchFeed();
        await ledger.close();
        await closeBase();
      },
    };
  } catch (error) {
    await closeBase();
    throw unreachable(error) ?? error;
  }
};
