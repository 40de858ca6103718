/** The fleet's PostgreSQL and key store, in a process of their own: they end when whoever started it is gone. */
import { resolve } from 'node:path';
import { environment, runProcess, settings } from '@throughline/host';
import { openKeyStore, signingKeyOf } from '@throughline/privacy';
import { type Installation, mendable, openInstallation } from '@throughline/service';
import { z } from 'zod';

const { THROUGHLINE_DATA_DIR, KEYS_KEK } = environment;
// A few dozen for each process of a service; those that idle cost little.
const serverSettings = { max_connections: 400 };
const wanted = settings(z.object({ THROUGHLINE_DATA_DIR, KEYS_KEK }));

/** Ties the keys to the data, and sees to it that there is one to sign checkpoints with. */
const prepare = async (installation: Installation): Promise<void> => {
  const keys = await openKeyStore(installation.keys);
  await installation.tieTo(keys.id).finally(() => keys.close());
  signingKeyOf(installation.checkpoints, true);
};

const start = async (): Promise<() => Promise<void>> => {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const { THROUGHLINE_DATA_DIR: dir, KEYS_KEK: kek } = wanted;
  const installation = await openInstallation(resolve(dir), say, { server: serverSettings, kek });
  await prepare(installation).catch(async (error: unknown) => {
    await installation.stop();
    throw error;
  });
  let isEnding = false;
  // Nothing else keeps this process: the server goes on by itself.
  const alive = setInterval(() => {}, 2 ** 30);
  void installation.server.ended.then(() => isEnding || process.exit(1));
  const { urls, keys, checkpoints } = installation;
  process.send?.({ urls, keys, checkpoints });
  return async () => {
    isEnding = true;
    clearInterval(alive);
    await installation.stop();
  };
};

runProcess('The database', start, mendable);
