import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../run.ts';
import { homeHere, type Way } from './home.ts';
import { type KafkaNode, kafkaNode } from './node.ts';
import { freePorts } from './ports.ts';
import { type Doors, formatOf, type Listener, outerOf, type Ports, propertiesOf, protocols } from './properties.ts';

/** Kafka servers of one's own, to be killed and started again: servers are named by their number, 1 the first. */
export interface KafkaCluster {
  /** `host:port` of each server, for clients without credentials. */
  brokers: readonly string[];
  /** The same for clients with SASL, where there are users. */
  sasl: readonly string[];
  /** The same for clients with TLS, where it was asked for. */
  tls: readonly string[];
  /** The processes that live as long as the servers do; where those are containers, the commands that hold them. */
  pids: () => readonly number[];
  /** Ends a server: SIGKILL (the default) is a crash. Resolves once it is gone. */
  stop: (node?: number, signal?: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts it after `stop`, at the same addresses and with its data. */
  start: (node?: number) => Promise<void>;
  /** A crash, and the start after it. */
  restart: (node?: number) => Promise<void>;
  /** Halts a server (SIGSTOP): its connections stay, and nobody answers. Resolves once it does not. */
  freeze: (node?: number) => Promise<void>;
  /** Lets it go on. */
  thaw: (node?: number) => Promise<void>;
  /** Ends all for good, and removes the folder unless it was given. */
  drop: () => Promise<void>;
}

export interface KafkaClusterOptions extends Doors {
  /** How many servers; each is broker and controller. One, unless said. */
  nodes?: number;
  /** Where the data is kept; a later start there finds it, and the same addresses. A temporary folder, unless said. */
  dir?: string;
  /** How it is had, whatever `THROUGHLINE_KAFKA` says. */
  way?: Way;
  /** Properties of the servers, beside those that make them small. */
  properties?: Readonly<Record<string, string>>;
  /** Java's flags for the servers, beside those that make them small. */
  flags?: readonly string[];
}

/** What makes a cluster the same one at its next start. */
interface Known {
  id: string;
  ports: readonly Ports[];
}

/**
 * Starts Apache Kafka on free ports of loopback, in processes or in containers; about three seconds. The servers outlive
 * this process unless dropped, and go with a run of the tests.
 *
 * @throws NoKafka where this machine cannot have one
 */
export async function kafkaCluster(options: KafkaClusterOptions = {}): Promise<KafkaCluster> {
  const having = await homeHere(options.way);
  const dir = await folder(options.dir);
  const { id, ports } = await known(dir, options.nodes ?? 1);
  const outer = ports.flatMap((own) => outerOf(options).map((name) => own[name]));
  const home = having({ dir, ports: outer, files: options.tls ? Object.values(options.tls) : [] });
  const nodes = await Promise.all(
    ports.map((_, n) => {
      const properties = { ...propertiesOf(n + 1, ports, options, home.address), ...options.properties };
      return kafkaNode(home, join(dir, `node-${n + 1}`), properties, formatOf(id, options), options.flags);
    }),
  );
  const drop = async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  };
  try {
    // Together: a controller is ready once most of them are.
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await drop();
    throw error;
  }
  const at = (listener: Listener) => ports.map((own) => `127.0.0.1:${own[listener]}`);
  return {
    brokers: at('OPEN'),
    sasl: options.users ? at('SASL') : [],
    tls: options.tls ? at('TLS') : [],
    ...controls(nodes),
    drop,
  };
}

function controls(nodes: readonly KafkaNode[]) {
  const numbered = (node: number): KafkaNode => {
    const found = nodes[node - 1];
    if (!found) throw new RangeError(`there is no server ${node}`);
    return found;
  };
  const stop: KafkaCluster['stop'] = (node = 1, signal = 'SIGKILL') => numbered(node).stop(signal);
  const start: KafkaCluster['start'] = (node = 1) => numbered(node).start();
  return {
    pids: () => nodes.map((node) => node.pid()),
    stop,
    start,
    restart: async (node = 1) => {
      await stop(node);
      await start(node);
    },
    freeze: (node = 1) => numbered(node).freeze(),
    thaw: (node = 1) => numbered(node).thaw(),
  };
}

async function folder(given: string | undefined): Promise<string> {
  if (given === undefined) return realpath(await temporaryFolder());
  await mkdir(given, { recursive: true });
  return realpath(given);
}

async function known(dir: string, nodes: number): Promise<Known> {
  const file = join(dir, 'cluster.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Known;
  const names = Object.keys(protocols) as Listener[];
  const free = await freePorts(nodes * names.length);
  const ports = Array.from({ length: nodes }, () =>
    Object.fromEntries(names.map((name) => [name, free.pop() ?? 0])),
  ) as unknown as Ports[];
  // An id as Kafka has them: 16 bytes in base64 of URLs.
  const made = { id: randomBytes(16).toString('base64url').replace(/^-/, 'A'), ports };
  await writeFile(file, JSON.stringify(made));
  return made;
}
