import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { firstLine } from '../docker.ts';

const run = promisify(execFile);

/** No broker can be had on this machine: the message says why, and what would give one. */
export class NoKafka extends Error {
  override readonly name = 'NoKafka';
}

/** The release of Kafka that specs run on. */
export const RELEASE = '4.3.1';
const LOG4J = '2.25.4';
const LEAST_JAVA = 17;
const FETCHED_WITHIN = 300_000;

const wanted = {
  'org.apache.kafka:kafka_2.13': RELEASE,
  'org.apache.logging.log4j:log4j-slf4j-impl': LOG4J,
  'org.apache.logging.log4j:log4j-core': LOG4J,
};

const dependency = ([name, version]: readonly [string, string]): string => {
  const [group, artifact] = name.split(':');
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
};

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>throughline</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${Object.entries(wanted).map(dependency).join('')}</dependencies>
</project>`;

/** Outside the checkout: a fresh clone finds what another one fetched. */
const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'throughline');

// Small: several may run beside the tests of a whole suite.
export const jvm = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The machine's Java. */
export const java = (): string => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java');

/** The version of the machine's Java. */
async function requireJava(): Promise<string> {
  const { stderr } = await run(java(), ['-version']).catch((error: unknown) => {
    throw new NoKafka(`java: ${firstLine(error)}`);
  });
  const [, version = '', major] = /version "((\d+)[^"]*)"/.exec(stderr) ?? [];
  if (Number(major) < LEAST_JAVA) throw new NoKafka(`this is Java ${version}`);
  return version;
}

/** What runs Apache Kafka. */
export interface Jars {
  /** The folder that they are in. */
  readonly folder: string;
  /** Where this Java keeps the classes that a server loads; see `keepClasses`. */
  readonly classes: string;
}

/**
 * What runs Apache Kafka: its jars, fetched by Maven once for a user and kept in their cache folder. Any number of
 * processes may ask at once: each fetches into a folder of its own, and the first to be done puts it in place.
 *
 * @throws NoKafka where Java or Maven is missing, or Maven Central out of reach
 */
export async function kafkaJars(): Promise<Jars> {
  const version = await requireJava();
  const home = join(cache(), `kafka-${RELEASE}`);
  const jars = { folder: join(home, 'lib'), classes: join(home, `classes-${version}.jsa`) };
  if (await isThere(jars.folder)) return jars;
  try {
    await mkdir(cache(), { recursive: true });
    await fetchInto(home);
  } catch (error) {
    throw new NoKafka(`mvn: ${firstLine(error)}`);
  }
  return jars;
}

/** Whether there is such a file or folder. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function fetchInto(home: string): Promise<void> {
  const folder = await mkdtemp(join(cache(), 'fetching-'));
  try {
    await writeFile(join(folder, 'pom.xml'), pom);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'];
    await run('mvn', ['-q', '-B', ...goal], { cwd: folder, timeout: FETCHED_WITHIN });
    await rename(folder, home).catch(async (error: NodeJS.ErrnoException) => {
      // Somebody else was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
