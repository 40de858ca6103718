import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { isAlive } from '../run.ts';
import type { Home } from './home.ts';
import { gone } from './processes.ts';

/** One server of a Kafka cluster: broker and controller in one. */
export interface KafkaNode {
  /** The id of the process that lives as long as the server: its own, or that of the command which holds its container. */
  readonly pid: () => number;
  /** Resolves once it takes requests; a few seconds. Its addresses and data are those of its last start. */
  start: () => Promise<void>;
  /** Resolves once it is gone; at once where it does not run. */
  stop: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Resolves once it is halted (SIGSTOP). */
  freeze: () => Promise<void>;
  thaw: () => Promise<void>;
}

const READY_WITHIN = 120_000;
const READY = /Kafka Server started/;

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

/**
 * A server in a folder of its own (an absolute path, as links resolve it), which is made and formatted where it is new.
 *
 * @param format arguments of `StorageTool format`, the cluster's id among them
 * @param flags Java's, for the server
 */
export async function kafkaNode(
  home: Home,
  dir: string,
  properties: Readonly<Record<string, string>>,
  format: readonly string[],
  flags: readonly string[] = [],
): Promise<KafkaNode> {
  const config = join(dir, 'server.properties');
  let pid = 0;

  await mkdir(dir, { recursive: true });
  await writeFile(config, text({ ...properties, 'log.dirs': join(dir, 'data') }));
  await writeFile(join(dir, 'log4j2.properties'), logging);
  await home.clear(dir);
  await home.run(['kafka.tools.StorageTool', 'format', '--ignore-formatted', ...format, '-c', config]);

  const send = (signal: NodeJS.Signals) => home.signal(dir, pid, signal);
  const start = async () => {
    const log = `-Dlog4j2.configurationFile=${join(dir, 'log4j2.properties')}`;
    const child = await begin(dir, await home.command(dir, [...flags, log, 'kafka.Kafka', config]));
    pid = child.pid ?? 0;
    await writeFile(join(dir, 'pid'), String(pid));
    await ready(dir, () => child.exitCode === null && child.signalCode === null);
  };
  const stop: KafkaNode['stop'] = async (signal) => {
    if (pid && isAlive(pid)) {
      await send(signal);
      // One that was stopped hears nothing but SIGKILL until it goes on.
      if (signal !== 'SIGKILL') await send('SIGCONT');
      await gone(pid);
    }
    await home.leave(dir);
  };
  const freeze = async () => {
    await send('SIGSTOP');
    // A signal is heard in its own time.
    await eventually(async () => {
      if (!(await home.isHalted(dir, pid))) throw new Error(`The broker ${pid} does not halt`);
    });
  };
  return { pid: () => pid, start, stop, freeze, thaw: () => send('SIGCONT') };
}

/** It outlives this process, and says what it says to a file. */
async function begin(dir: string, [program, ...args]: readonly [string, ...string[]]): Promise<ChildProcess> {
  const log = await open(join(dir, 'log'), 'w');
  const child = spawn(program, args, { cwd: dir, detached: true, stdio: ['ignore', log.fd, log.fd] });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  await log.close();
  child.unref();
  return child;
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
