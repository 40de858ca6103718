import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The same as in docker-compose.yml. */
const IMAGE = 'kurrentplatform/kurrentdb:25.1.0';
const STARTS_WITHIN = 300_000;

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
  const docker = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).catch((error: Error) => error); // prettier-ignore
  if (docker instanceof Error)
    return {
      reason: 'needs EVENTSTORE_URL (esdb://…?tls=false, MaxAppendSize 16 MiB), or Docker, and there is neither',
    };
  return begin().catch((error: Error) => ({ reason: `${IMAGE} does not start: ${error.message.split('\n')[0]}` }));
};

const begin = async (): Promise<RealEventStore> => {
  const settings = ['INSECURE=true', 'RUN_PROJECTIONS=None', 'MAX_APPEND_SIZE=16777216'];
  const env = settings.flatMap((setting) => ['--env', `KURRENTDB_${setting}`]);
  const { stdout } = await run('docker', ['run', '--detach', '--rm', '--publish', '127.0.0.1::2113', ...env, IMAGE], { timeout: STARTS_WITHIN }); // prettier-ignore
  const container = stdout.trim();
  const drop = async () => void (await run('docker', ['rm', '--force', container]));
  try {
    const { stdout: at } = await run('docker', ['port', container, '2113/tcp']);
    return { url: `esdb://${at.trim().split('\n')[0]}?tls=false`, drop };
  } catch (error) {
    await drop();
    throw error;
  }
};
