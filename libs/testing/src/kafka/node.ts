import { execFile, spawn } from 'node:child_process';
import { mkdir, open, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.ts';
import { isAlive } from '../run.ts';
import { java } from './jars.ts';

const run = promisify(execFile);

/** One server of a Kafka cluster: broker and controller in one process. */
export interface KafkaNode {
  readonly pid: () => number;
  /** Resolves once it takes requests; a few seconds. Its addresses and data are those of its last start. */
  start: () => Promise<void>;
  /** Resolves once it is gone; at once where it does not run. */
  stop: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
}

const READY_WITHIN = 120_000;
const GONE_WITHIN = 60_000;
const READY = /Kafka Server started/;

// Small: several may run beside the tests of a whole suite.
const jvm = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

const logging = `
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = INFO
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c %m%n
`;

const text = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** The process that a former start left in this folder, as far as it can be told for sure: on Linux. */
async function leftBehind(dir: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => ''));
  const cwd = pid && (await readlink(`/proc/${pid}/cwd`).catch(() => ''));
  return cwd === dir ? pid : undefined;
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  // One that was stopped hears nothing but SIGKILL until it goes on.
  if (signal !== 'SIGKILL') process.kill(pid, 'SIGCONT');
  await eventually(
    () => {
      if (isAlive(pid)) throw new Error(`The broker ${pid} does not end`);
    },
    { within: GONE_WITHIN },
  );
}

/**
 * A server in a folder of its own (an absolute path, as links resolve it), which is made and formatted where it is new.
 *
 * @param format arguments of `StorageTool format`, the cluster's id among them
 */
export async function kafkaNode(
  jars: string,
  dir: string,
  properties: Readonly<Record<string, string>>,
  format: readonly string[],
): Promise<KafkaNode> {
  const config = join(dir, 'server.properties');
  const classes = ['-cp', join(jars, '*')];
  let pid = 0;

  await mkdir(dir, { recursive: true });
  await writeFile(config, text({ ...properties, 'log.dirs': join(dir, 'data') }));
  await writeFile(join(dir, 'log4j2.properties'), logging);
  const orphan = await leftBehind(dir);
  if (orphan) await end(orphan, 'SIGKILL');
  const formatting = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', ...format, '-c', config];
  await run(java(), [...jvm, ...classes, ...formatting]);

  const start = async () => {
    const log = await open(join(dir, 'log'), 'w');
    const args = [...jvm, `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`, ...classes];
    const child = spawn(java(), [...args, 'kafka.Kafka', config], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    await log.close();
    child.unref();
    pid = child.pid ?? 0;
    await writeFile(join(dir, 'pid'), String(pid));
    await ready(dir, () => child.exitCode === null && child.signalCode === null);
  };
  return { pid: () => pid, start, stop: (signal) => end(pid, signal) };
}

async function ready(dir: string, runs: () => boolean): Promise<void> {
  await eventually(
    async () => {
      const log = await readFile(join(dir, 'log'), 'utf8');
      if (!READY.test(log) && runs()) throw new Error(`Kafka did not start:\n${log.slice(-2000)}`);
    },
    { within: READY_WITHIN },
  );
  if (!runs()) throw new Error(`Kafka did not start:\n${(await readFile(join(dir, 'log'), 'utf8')).slice(-2000)}`);
}
