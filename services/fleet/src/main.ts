/** `npm run fleet [-- timeline=2 …]`: every service in a process of its own, with a PostgreSQL and a Kafka. See docs/fleet.md. */
import { resolve } from 'node:path';
import {
  environment,
  httpAt,
  InvalidSettings,
  logger,
  passedOver,
  refuseSettings,
  runProcess,
  settings,
  withAuth,
} from '@throughline/host';
import { dataFolder, mendable } from '@throughline/service';
import { type Fleet, fleetOf } from './fleet.ts';
import { NotReady } from './kept.ts';
import { placesOf, replicasOf } from './place.ts';
import { areFree } from './ports.ts';
import { Failed } from './run.ts';
import { voices } from './voice.ts';

const { HTTP_HOST, HTTP_PORT, GRPC_PORT, METRICS_PORT, PUBLIC_URL, THROUGHLINE_DATA_DIR, KAFKA_BROKERS, LOG_LEVEL } =
  environment;
const wanted = settings(
  withAuth({
    HTTP_HOST,
    HTTP_PORT,
    GRPC_PORT,
    METRICS_PORT,
    PUBLIC_URL,
    THROUGHLINE_DATA_DIR,
    KAFKA_BROKERS,
    LOG_LEVEL: LOG_LEVEL.unwrap().default('warn'),
  }),
);
if (wanted.TLS_CERT)
  refuseSettings(
    new InvalidSettings([{ pointer: '/TLS_CERT', reason: 'is for services of their own: this fleet speaks plainly' }]),
  );
const replicas = replicasOf(process.argv.slice(2));
if ('fault' in replicas) {
  process.stderr.write(`${replicas.fault}\n`);
  process.exit(2);
}

const many = Object.values(replicas).reduce((sum, count) => sum + count, 0);
const usualMetrics = 9464;
// Nobody who did not ask for them is kept from starting by them.
const metrics = wanted.METRICS_PORT ?? ((await areFree(usualMetrics, many)) ? usualMetrics : 'off');
const dir = resolve(wanted.THROUGHLINE_DATA_DIR);
const { HTTP_HOST: host, HTTP_PORT: port } = wanted;
const publicUrl = wanted.PUBLIC_URL ?? (port === 0 ? '' : httpAt(host, port));
const fleet = fleetOf({
  dir,
  places: placesOf(replicas, { grpc: wanted.GRPC_PORT, metrics }),
  http: { host, port },
  hasAuth: wanted.AUTH === 'on',
  brokers: wanted.KAFKA_BROKERS,
  env: { PUBLIC_URL: publicUrl, LOG_LEVEL: wanted.LOG_LEVEL },
  log: logger('front', wanted.LOG_LEVEL),
  voice: voices(process.stdout),
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const line of passedOver()) say(line);
const tell = ({ url, brokers, reached }: Fleet): void => {
  say(`Throughline fleet is ready`);
  say(`  console  ${url}/`);
  say(`  HTTP     ${url}/v1   described at ${url}/docs`);
  for (const { name, grpc } of reached) if (grpc !== undefined) say(`  gRPC     ${grpc}   ${name}`);
  const counted = reached.flatMap(({ name, metrics: at }) => (at === 'off' || at === 0 ? [] : `${name} :${at}`));
  say(`  metrics  ${counted.length > 0 ? counted.join(', ') : 'none that are known: set METRICS_PORT'}`);
  say(`  Kafka    ${brokers.join(',')}`);
  say(`  data     ${dir}`);
};

let isEnding = false;
const end = (): void => {
  isEnding = true;
  void fleet.stop();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.once(signal, end);

const start = async (): Promise<() => Promise<void>> => {
  await dataFolder(dir);
  try {
    tell(await fleet.start());
  } catch (error) {
    await fleet.stop();
    if (!isEnding) throw error;
  }
  return () => fleet.stop();
};

runProcess('The fleet', start, [...mendable, NotReady, Failed]);
