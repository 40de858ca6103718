import { CannotStart, boot, environment, logger, settings } from '@throughline/host';
import { postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { z } from 'zod';
import { CrmWritebackModule, crmWritebackProblems } from './index.ts';

const { HTTP_HOST, HTTP_PORT, DATABASE_URL, KEYS_URL, PUBLIC_URL, LOG_LEVEL } = environment;
const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is not a number from 1 on')
  .transform(Number)
  .optional();

const wanted = settings(
  z.object({
    HTTP_HOST,
    HTTP_PORT,
    LOG_LEVEL,
    // The same database by its two roles: service and projector.
    DATABASE_URL: DATABASE_URL.unwrap(),
    PROJECTOR_URL: DATABASE_URL.unwrap(),
    KEYS_URL: KEYS_URL.unwrap(),
    KEYS_KEK: z.string().describe('The path of the key-encryption key.'),
    PUBLIC_URL,
    WRITEBACK_LEASE_MS: count,
    WRITEBACK_TIMEOUT_MS: count,
    WRITEBACK_MOST_FAILURES: count,
  }),
);

const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** crm-writeback alone, over the tail of the ledger. */
const start = async (): Promise<() => Promise<void>> => {
  const log = logger('crm-writeback', wanted.LOG_LEVEL);
  const keys = await openKeyStore({ url: wanted.KEYS_URL, kek: wanted.KEYS_KEK });
  const db = connect({ url: wanted.DATABASE_URL, application: 'crm-writeback', max: 8 });
  const projectorDb = connect({ url: wanted.PROJECTOR_URL, application: 'crm-writeback projector', max: 8 });
  const ledger = await postgresLedger({
    url: wanted.DATABASE_URL,
    tailUrl: wanted.PROJECTOR_URL,
    writer: 'crm-writeback',
  });
  const now = () => new Date();
  const how = given({
    publicUrl: wanted.PUBLIC_URL,
    leaseMs: wanted.WRITEBACK_LEASE_MS,
    timeoutMs: wanted.WRITEBACK_TIMEOUT_MS,
    mostFailures: wanted.WRITEBACK_MOST_FAILURES,
  });
  const { urls, close } = await boot({
    name: 'crm-writeback',
    modules: [CrmWritebackModule.of({ ledger, db, projectorDb, vault: new Vault(keys, now), keys, now, log, ...how })],
    http: { host: wanted.HTTP_HOST, port: wanted.HTTP_PORT },
    // Which tenants there are is capture's to know. One that is none has no rows.
    tenants: { exists: async () => true },
    problems: crmWritebackProblems,
    ready: { database: async () => void (await db.query('select 1')) },
    log,
  });
  process.stdout.write(`crm-writeback is ready at ${urls.http}\n`);
  return async () => {
    await close();
    await ledger.close();
    await Promise.all([db.close(), projectorDb.close()]);
    keys.close();
  };
};

const failed = (error: unknown): never => {
  const told = error instanceof CannotStart ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${told}\n`);
  process.exit(1);
};

const running = start();
running.catch(failed);
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (isEnding) return;
    isEnding = true;
    running.then((stop) => stop()).then(() => process.exit(0), failed);
  });
