import type { Fault } from '@throughline/decider';
import { z } from 'zod';
import { check } from './valid.ts';

const port = (standard: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number')
    .transform(Number)
    .refine((value) => value <= 65_535, 'is not a port number: it is over 65535')
    .default(standard);

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `is not a URL that begins with ${protocols.join(' or ')}`,
    )
    .optional();

const portOrOff = z
  .string()
  .regex(/^(\d{1,5}|off)$/, 'is neither a port number nor off')
  .transform((text): number | 'off' => (text === 'off' ? text : Number(text)))
  .refine((value) => value === 'off' || value <= 65_535, 'is not a port number: it is over 65535');

const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is not a number from 1 on')
  .transform(Number);

/** The settings that every part of the product knows by the same name; a part's schema picks those it needs. */
export const environment = {
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port(3000),
  GRPC_PORT: port(50_051),
  // None unless given: then it is the usual one, where that one is free.
  METRICS_PORT: portOrOff.optional(),
  THROUGHLINE_DATA_DIR: z.string().default('.throughline'),
  LEDGER_URL: url('postgres:', 'postgresql:', 'esdb:', 'esdb+discover:'),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  KEYS_URL: url('file:', 'postgres:', 'postgresql:'),
  KEYS_KEK: z
    .string()
    .describe('Where key-encryption keys are: the path of a file, or exec: and that of a program.')
    .optional(),
  PUBLIC_URL: url('http:', 'https:'),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, 'is not a list such as one:9092,two:9092')
    .transform((text) => text.split(','))
    .optional(),
  // How often, in seconds, it is looked for what fell silent.
  QUIET_EVERY: z.coerce
    .number('is not a number of seconds')
    .int('is not a whole number of seconds')
    .min(0, 'is less than 0')
    .max(86_400, 'is over a day')
    .default(60),
  // For how long, in seconds, a process may hold a key that another one destroyed.
  ERASURE_SETTLES: z.coerce
    .number('is not a number of seconds')
    .int('is not a whole number of seconds')
    .min(0, 'is less than 0')
    .max(3_600, 'is over an hour')
    .default(60),
  // For how long backups of the keys are kept, in days.
  KEYS_BACKUP_DAYS: z.coerce
    .number('is not a number of days')
    .int('is not a whole number of days')
    .min(0, 'is less than 0')
    .max(3_650, 'is over ten years')
    .default(30),
  // Requests of a tenant; without the first there is no limit.
  RATE_PER_TENANT: count.optional(),
  RATE_BURST: count.optional(),
  // Read by the tracing itself; told here where they are wrong.
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url('http:', 'https:'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

const { METRICS_PORT, RATE_PER_TENANT, RATE_BURST } = environment;
const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = environment;

/** What every process that serves takes beside its addresses: where it tells of itself, and how much a tenant may ask. */
export const edgeSettings = {
  METRICS_PORT,
  RATE_PER_TENANT,
  RATE_BURST,
  OTEL_EXPORTER_OTLP_ENDPOINT,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
};

const edgeShape = z.object(edgeSettings);

/** As they are read. */
export type EdgeSettings = z.output<typeof edgeShape>;

/** The same as `boot()` takes them. */
export const edgeOf = ({ METRICS_PORT: port, RATE_PER_TENANT: perSecond, RATE_BURST: burst = 0 }: EdgeSettings) => ({
  metrics: { port },
  ...(perSecond !== undefined && { rate: { perSecond, burst } }),
});

const itsOwn = {
  DATABASE_URL: 'the database is in THROUGHLINE_DATA_DIR',
  PROJECTOR_URL: 'the database is in THROUGHLINE_DATA_DIR',
  KEYS_URL: 'the key store is in THROUGHLINE_DATA_DIR, and KEYS_KEK says where its key-encryption key is',
} as const;

/** A line for each variable that is set for services of their own, and is passed over where a data folder has all in itself. */
export const passedOver = (env: NodeJS.ProcessEnv = process.env): string[] =>
  Object.entries(itsOwn)
    .filter(([name]) => env[name])
    .map(([name, instead]) => `${name} is set, and passed over: it is for services of their own; ${instead}.`);

/** Settings that cannot be started with: every one of them, by name, in words. Values are not repeated (passwords). */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';

  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(({ pointer, reason }) => `${pointer.slice(1)} ${reason}`).join('\n'));
  }
}

/** The settings that a schema names, from the environment; an empty variable is one that is not set. Throws {@link InvalidSettings}. */
export const readSettings = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> => {
  const known = Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  const checked = check(schema, Object.fromEntries(known));
  if ('value' in checked) return checked.value;
  throw new InvalidSettings(checked.faults);
};

/** The same for a program's start: tells every error on standard error and ends the process with 2. */
export const settings = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<z.ZodObject<Shape>> => {
  try {
    return readSettings(schema, env);
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return refuseSettings(error);
  }
};

/** Tells on standard error what is wrong with a program's settings, and ends the process with 2. */
export const refuseSettings = (error: InvalidSettings): never => {
  process.stderr.write(`Throughline cannot start with these settings:\n${error.message}\n`);
  process.exit(2);
};
