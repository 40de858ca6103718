import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { setTracing } from './trace.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Sdk = typeof import('@opentelemetry/sdk-node');
type Processors = NonNullable<NonNullable<ConstructorParameters<Sdk['NodeSDK']>[0]>['spanProcessors']>;

const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

/** Whether the environment asks for traces: an exporter is named, or an address of a collector; nothing else does. */
export const wantsTraces = (env: Environment): boolean => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporter = env['OTEL_TRACES_EXPORTER'];
  if (exporter) return exporter !== 'none';
  return endpoints.some((name) => env[name]);
};

/** What tracing is told beside the environment. */
export type TracingOptions = {
  /** The name of the service, where `OTEL_SERVICE_NAME` is not set. */
  readonly service: string;
  /** Hears of spans that could not be sent. */
  readonly onTrouble?: (text: string) => void;
  /** Takes the spans, whatever the environment says; for specs. */
  readonly processors?: Processors;
};

// What the collector has not taken by then is lost; the process has ten seconds for all its ending.
const flushMs = 1_500;

/**
 * Starts tracing where the environment asks for it (the standard `OTEL_*` settings say where to and how much), and
 * answers how to end it. To be called before anything is opened. Without it the SDK is not even loaded.
 */
export const startTracing = async (
  { service, onTrouble = () => {}, processors }: TracingOptions,
  env: Environment = process.env,
): Promise<() => Promise<void>> => {
  if (!processors && !wantsTraces(env)) return async () => {};
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const quiet = () => {};
  diag.setLogger({ error: onTrouble, warn: onTrouble, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);
  const sdk = new NodeSDK({
    serviceName: env['OTEL_SERVICE_NAME'] || service,
    // Metrics are asked for by Prometheus, and logs go to standard error.
    metricReaders: [],
    logRecordProcessors: [],
    ...(processors && { spanProcessors: processors }),
  });
  sdk.start();
  setTracing(true);
  return async () => {
    setTracing(false);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, flushMs);
    await Promise.race([sdk.shutdown().catch(() => {}), promise]);
    clearTimeout(timer);
    trace.disable();
  };
};
