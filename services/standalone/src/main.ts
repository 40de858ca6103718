import { resolve } from 'node:path';
import { CannotStart, environment, httpAt, logger, mustBeLoopback, settings } from '@throughline/host';
import { FolderInUse, MigrationRefused, PortTaken, ServerFailed } from '@throughline/postgres';
import { KeyStoreUnusable } from '@throughline/privacy';
import { z } from 'zod';
import { openInstallation } from './installation.ts';
import { schemas, startProduct } from './product.ts';

const { HTTP_HOST, HTTP_PORT, GRPC_PORT, PUBLIC_URL, THROUGHLINE_DATA_DIR, LOG_LEVEL } = environment;
const wanted = settings(
  z.object({
    HTTP_HOST,
    HTTP_PORT,
    GRPC_PORT,
    PUBLIC_URL,
    THROUGHLINE_DATA_DIR,
    LOG_LEVEL: LOG_LEVEL.unwrap().default('warn'),
  }),
);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const start = async (): Promise<() => Promise<void>> => {
  // Told before anything is made.
  mustBeLoopback(wanted.HTTP_HOST, 'HTTP_HOST');
  const dir = resolve(wanted.THROUGHLINE_DATA_DIR);
  const installation = await openInstallation(dir, schemas, say);
  const { HTTP_HOST: host, HTTP_PORT: http, GRPC_PORT: grpc } = wanted;
  // Any free port is another one after the next start: links to it would lead nowhere.
  const publicUrl = wanted.PUBLIC_URL ?? (http === 0 ? undefined : httpAt(host, http));
  const addresses = { host, http, grpc, publicUrl };
  const log = logger('standalone', wanted.LOG_LEVEL);
  const product = await startProduct(installation, addresses, log).catch(async (error: unknown) => {
    await installation.stop();
    throw error;
  });
  say(`Throughline is ready`);
  say(`  console  ${product.urls.http}/`);
  say(`  HTTP     ${product.urls.http}/v1   described at ${product.urls.http}/docs`);
  say(`  gRPC     ${product.urls.grpc}`);
  say(`  data     ${dir}`);
  return async () => {
    await product.close();
    await installation.stop();
  };
};

/** Errors that a person can mend, told without a stack. */
const mendables = [CannotStart, FolderInUse, KeyStoreUnusable, MigrationRefused, PortTaken, ServerFailed];
const inWords = (error: unknown): string => {
  const mendable = mendables.some((kind) => error instanceof kind);
  return error instanceof Error ? (mendable ? error.message : (error.stack ?? error.message)) : String(error);
};

// Asked to end while starting: what was begun is finished, then ended in order.
const running = start();
let isEnding = false;
const end = (): void => {
  if (isEnding) return;
  isEnding = true;
  running
    .then((stop) => stop())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${inWords(error)}\n`);
        process.exit(1);
      },
    );
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
process.once('disconnect', end);
process.channel?.unref();

running.catch((error: unknown) => {
  if (isEnding) return;
  process.stderr.write(`Throughline cannot start. ${inWords(error)}\n`);
  process.exit(1);
});
