import { realpath } from 'node:fs/promises';
import { bringImage, docker, firstLine, serves, whyNoDocker } from '../docker.ts';
import { runFolder } from '../run.ts';

/** The same as in docker-compose.yml. */
const IMAGE = 'kurrentplatform/kurrentdb:25.1.0';

/** A real EventStoreDB, or why there is none here. */
export type RealEventStore =
  | { readonly url: string; readonly drop: () => Promise<void>; readonly reason?: undefined }
  | { readonly reason: string };

/**
 * A real EventStoreDB or KurrentDB: that of `EVENTSTORE_URL` where set, else one in a container, where Docker runs. Names of
 * streams there are nobody else's where tenants are.
 *
 * ```ts
 * const real = await eventStore();
 * describeUnless(real.reason)('the ledger in EventStoreDB', () => { … });
 * ```
 */
export const eventStore = async (): Promise<RealEventStore> => {
  const given = process.env.EVENTSTORE_URL;
  if (given) return { url: given, drop: async () => {} };
  const why = await whyNoDocker();
  if (why) return { reason: `needs EVENTSTORE_URL (esdb://…?tls=false, MaxAppendSize 16 MiB), or Docker (${why})` };
  return begin().catch((error: unknown) => ({ reason: `${IMAGE} does not start: ${firstLine(error)}` }));
};

const begin = async (): Promise<RealEventStore> => {
  const settings = ['INSECURE=true', 'RUN_PROJECTIONS=None', 'MAX_APPEND_SIZE=16777216'];
  const env = settings.flatMap((setting) => ['--env', `KURRENTDB_${setting}`]);
  await bringImage(IMAGE);
  const run = runFolder();
  const label = run ? serves(await realpath(run)) : [];
  const container = await docker('run', '--detach', '--rm', ...label, '--publish', '127.0.0.1::2113', ...env, IMAGE); // prettier-ignore
  const drop = async () => void (await docker('rm', '--force', container));
  try {
    const at = await docker('port', container, '2113/tcp');
    return { url: `esdb://${at.split('\n')[0]}?tls=false`, drop };
  } catch (error) {
    await drop();
    throw error;
  }
};
