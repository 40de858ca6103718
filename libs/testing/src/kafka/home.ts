import { containers } from './containers.ts';
import { NoKafka } from './jars.ts';
import { processes } from './processes.ts';

/** Where the servers of a cluster live: processes of this machine, or containers. A server is known by its folder. */
export interface Home {
  /** Where servers listen; they are reached on 127.0.0.1 either way. */
  readonly address: string;
  /** Runs a program of Kafka's to its end. Rejects with what it says where it fails. */
  readonly run: (args: readonly string[]) => Promise<void>;
  /** The command that is a server: it says what the server says, and lives as long. */
  readonly command: (dir: string, args: readonly string[]) => Promise<readonly [program: string, ...args: string[]]>;
  /** Sends a signal to the server whose command has this id; nothing where it is gone. */
  readonly signal: (dir: string, pid: number, signal: NodeJS.Signals) => Promise<void>;
  /** Whether it is halted (SIGSTOP). */
  readonly isHalted: (dir: string, pid: number) => Promise<boolean>;
  /** Ends the server that a former start left behind, if any. */
  readonly clear: (dir: string) => Promise<void>;
  /** Frees what a server held that is gone. */
  readonly leave: (dir: string) => Promise<void>;
}

/** What a home has to know of a cluster. */
export interface Site {
  /** The cluster's folder; those of its servers are in it. Absolute, as links resolve it. */
  readonly dir: string;
  /** What its clients reach. */
  readonly ports: readonly number[];
  /** Files elsewhere that its servers read. */
  readonly files: readonly string[];
}

/** Makes the home of one cluster. */
export type HomeOf = (site: Site) => Home;

/** How Kafka is had: its jars on the machine's Java, or its image in Docker. */
export type Way = 'jars' | 'container';

const ways: Readonly<Record<Way, () => Promise<HomeOf>>> = { jars: processes, container: containers };

/** The way that `THROUGHLINE_KAFKA` names, if any. */
function chosen(): Way | undefined {
  const given = process.env.THROUGHLINE_KAFKA;
  if (!given) return undefined;
  if (!Object.hasOwn(ways, given)) throw new Error(`THROUGHLINE_KAFKA: jars or container, not "${given}"`);
  return given as Way;
}

/**
 * The way that was asked for, here or by `THROUGHLINE_KAFKA`; else the jars, and where those are not to be had a container.
 *
 * @throws NoKafka where this machine has none of it; it says what is missing
 */
export async function homeHere(asked: Way | undefined = chosen()): Promise<HomeOf> {
  if (asked) return ways[asked]().catch(because(`needs ${needs[asked]}`));
  return processes().catch(async (jars: unknown) => {
    if (!(jars instanceof NoKafka)) throw jars;
    return containers().catch(
      because(`needs KAFKA_BROKERS, or ${needs.jars} (${jars.message}), or ${needs.container}`),
    );
  });
}

/** Why this machine cannot have a Kafka of its own, in this way or at all; undefined where it can. */
export const whyNoKafka = (way?: Way): Promise<string | undefined> =>
  homeHere(way).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof NoKafka) return error.message;
      throw error;
    },
  );

const needs: Readonly<Record<Way, string>> = { jars: 'Java 17 and Maven', container: 'Docker' };

const because = (why: string) => (error: unknown) => {
  throw error instanceof NoKafka ? new NoKafka(`${why} (${error.message})`) : error;
};
