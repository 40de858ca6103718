import type { BatchObservableResult, Histogram, Observable } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { catalogue, type LabelsOf, type Metric, type MetricName } from './catalogue.ts';

// Counted whether or not anybody looks: a record costs a few microseconds.
const scrape = new (class extends MetricReader {
  constructor() {
    // A gauge that cannot be read is not told; the SDK would tell the last that it heard for ever.
    const { CUMULATIVE, DELTA } = AggregationTemporality;
    super({
      aggregationTemporalitySelector: (type) => (type === InstrumentType.OBSERVABLE_GAUGE ? DELTA : CUMULATIVE),
    });
  }
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
})();
const serializer = new PrometheusSerializer('', false, undefined, true, true);
const meter = new MeterProvider({ readers: [scrape] }).getMeter('throughline');

const histograms = new Map<MetricName, Histogram>();
const observables = new Map<MetricName, Observable>();

for (const [key, { is, help: description, bounds = [] }] of Object.entries<Metric>(catalogue)) {
  const name = key as MetricName;
  switch (is) {
    case 'histogram':
      histograms.set(name, meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: [...bounds] } })); // prettier-ignore
      break;
    case 'counter':
      observables.set(name, meter.createObservableCounter(name, { description }));
      break;
    case 'gauge':
      observables.set(name, meter.createObservableGauge(name, { description }));
  }
}

/** Records one value of a histogram. */
export const record = <Name extends MetricName<'histogram'>>(name: Name, value: number, labels: LabelsOf<Name>): void =>
  histograms.get(name)!.record(value, labels);

/** What a counter or a gauge stands at. */
export type Reading = {
  readonly name: MetricName<'counter' | 'gauge'>;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
};

/** What a counter (all of it since the process began) or a gauge stands at. */
export const reading = <Name extends Reading['name']>(name: Name, value: number, labels: LabelsOf<Name>): Reading => ({
  name,
  value,
  labels,
});

type Read = () => Promise<readonly Reading[]>;

const reads = new Set<Read>();

// A database that does not answer must not keep the other metrics from being told.
const patienceMs = 2_000;

const inTime = async (read: Read): Promise<readonly Reading[]> => {
  const { promise, resolve } = Promise.withResolvers<readonly Reading[]>();
  const timer = setTimeout(resolve, patienceMs, []);
  try {
    return await Promise.race([read(), promise]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
};

const readAll = async (result: BatchObservableResult): Promise<void> => {
  const all = await Promise.all(Array.from(reads, inTime));
  for (const { name, value, labels } of all.flat()) result.observe(observables.get(name)!, value, labels);
};

meter.addBatchObservableCallback(readAll, [...observables.values()]);

/**
 * Asks `read` for its readings whenever metrics are asked for. What fails, or takes longer than 2 s, tells nothing that
 * time. Answers how to stop.
 */
export const observe = (read: Read): (() => void) => {
  const own = () => read();
  reads.add(own);
  return () => void reads.delete(own);
};

/** All metrics as Prometheus reads them (text format 0.0.4). */
export const exposition = async (): Promise<string> => {
  const { resourceMetrics } = await scrape.collect();
  return serializer.serialize(resourceMetrics);
};
