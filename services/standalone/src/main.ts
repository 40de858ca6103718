import { resolve } from 'node:path';
import {
  edgeOf,
  edgeSettings,
  environment,
  httpAt,
  logger,
  mustBeLoopback,
  passedOver,
  refuseTaken,
  runProcess,
  settings,
  withAuth,
} from '@throughline/host';
import { migrateAll } from '@throughline/migrate';
import { ledgerUrlOf, mendable, openInstallation, tellRestored } from '@throughline/service';
import { startProduct } from './product.ts';

if (process.argv.length > 2) {
  process.stderr.write(`${process.argv.slice(2).join(' ')}: npm start takes no arguments; settings are variables, as docs/operations.md lists them
`); // prettier-ignore
  process.exit(2);
}

const { HTTP_HOST, HTTP_PORT, GRPC_PORT, LEDGER_URL, PUBLIC_URL, QUIET_EVERY, THROUGHLINE_DATA_DIR, LOG_LEVEL } =
  environment;
const { ERASURE_SETTLES, KEYS_BACKUP_DAYS, KEYS_KEK } = environment;
const wanted = settings(
  withAuth({
    HTTP_HOST,
    HTTP_PORT,
    GRPC_PORT,
    LEDGER_URL,
    PUBLIC_URL,
    QUIET_EVERY,
    ERASURE_SETTLES,
    KEYS_BACKUP_DAYS,
    THROUGHLINE_DATA_DIR,
    KEYS_KEK,
    ...edgeSettings,
    LOG_LEVEL: LOG_LEVEL.unwrap().default('warn'),
  }),
);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

for (const line of passedOver()) say(line);

const noMetrics =
  wanted.METRICS_PORT === 'off' ? 'off' : 'none: another process has port 9464; set METRICS_PORT to another';

const start = async (): Promise<() => Promise<void>> => {
  // Told before anything is made.
  if (wanted.AUTH === 'off') mustBeLoopback(wanted.HTTP_HOST, 'HTTP_HOST');
  const ledger = ledgerUrlOf(wanted.LEDGER_URL, undefined);
  const dir = resolve(wanted.THROUGHLINE_DATA_DIR);
  const { HTTP_HOST: host, HTTP_PORT: http, GRPC_PORT: grpc, METRICS_PORT: metrics } = wanted;
  // Metrics that nobody asked for keep nobody from starting.
  await refuseTaken(host, {
    HTTP_PORT: http,
    GRPC_PORT: grpc,
    ...(typeof metrics === 'number' && { METRICS_PORT: metrics }),
  });
  const installation = await openInstallation(dir, say, { kek: wanted.KEYS_KEK });
  // Any free port is another one after the next start: links to it would lead nowhere.
  const publicUrl = wanted.PUBLIC_URL ?? (http === 0 ? undefined : httpAt(host, http, wanted.TLS_CERT !== undefined));
  const addresses = { host, http, grpc, publicUrl };
  const log = logger('standalone', wanted.LOG_LEVEL);
  const begin = async () => {
    await migrateAll(installation.urls.owner);
    if (await tellRestored(dir, installation.urls.owner))
      say('The data folder was brought back: the ledger goes on in another fork.');
    const urls = { ...installation.urls, ledger };
    return startProduct({ ...installation, urls }, addresses, log, wanted, edgeOf(wanted));
  };
  const product = await begin().catch(async (error: unknown) => {
    await installation.stop();
    throw error;
  });
  let isEnding = false;
  void installation.server.ended.then(() => {
    if (isEnding) return;
    process.stderr.write('The database ended by itself. Throughline ends as well; start it again.\n');
    process.exit(1);
  });
  say(`Throughline is ready`);
  say(`  console  ${product.urls.http}/`);
  say(`  HTTP     ${product.urls.http}/v1   described at ${product.urls.http}/docs`);
  say(`  gRPC     ${product.urls.grpc}`);
  say(`  metrics  ${product.urls.metrics ?? noMetrics}`);
  say(`  data     ${dir}${ledger === undefined ? '' : ', and the ledger at LEDGER_URL'}`);
  return async () => {
    isEnding = true;
    await product.close();
    await installation.stop();
  };
};

runProcess('Throughline', start, mendable);
