/** What a metric is: what it counts, the labels that it always has, and for a histogram the bounds of its buckets. */
export type Metric = {
  readonly is: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly bounds?: readonly number[];
};

// From a cached read to what a person would not wait for.
const seconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 500];

/**
 * Every metric of the product, by the name under which Prometheus reads it. None has a label that could name a person
 * or a tenant, or that has more values than there are routes. Names and labels only grow.
 */
export const catalogue = {
  throughline_http_request_duration_seconds: {
    is: 'histogram',
    help: 'HTTP requests, by the template of their route; `none` where there is no such address.',
    labels: ['method', 'route', 'status'],
    bounds: seconds,
  },
  throughline_grpc_call_duration_seconds: {
    is: 'histogram',
    help: 'gRPC calls, by their full method and the name of their status; a stream lasts until its end.',
    labels: ['method', 'status'],
    bounds: seconds,
  },
  throughline_append_flush_commands: {
    is: 'histogram',
    help: 'Commands that the coalescer stored in one flush.',
    labels: [],
    bounds: sizes,
  },
  throughline_append_flush_duration_seconds: {
    is: 'histogram',
    help: 'How long a flush took until it was durable.',
    labels: [],
    bounds: seconds,
  },
  throughline_events_appended_total: {
    is: 'counter',
    help: 'Events that this process appended to the ledger.',
    labels: [],
  },
  throughline_feed_lag_events: {
    is: 'gauge',
    help: 'Events between a consumer and the head of the ledger.',
    labels: ['consumer'],
  },
  throughline_feed_lag_seconds: {
    is: 'gauge',
    help: 'Age of the oldest event that a consumer has not dealt with; 0 at the head.',
    labels: ['consumer'],
  },
  throughline_feed_applied_events_total: {
    is: 'counter',
    help: 'Events that a consumer applied in this process.',
    labels: ['consumer'],
  },
  throughline_feed_retries_total: {
    is: 'counter',
    help: 'Tries of a consumer, the relay or the feed that the world let fail: a database or a broker that was away.',
    labels: ['consumer'],
  },
  throughline_parked_events: {
    is: 'gauge',
    help: 'Events that a consumer could not apply, with the later ones of their streams.',
    labels: ['consumer'],
  },
  throughline_quarantined_items: {
    is: 'gauge',
    help: 'What came in, was not understood and waits for a person, of all tenants.',
    labels: [],
  },
  throughline_inbox_records_total: {
    is: 'counter',
    help: 'Records of the inbox that this process dealt with: captured, duplicate, refused.',
    labels: ['outcome'],
  },
  throughline_inbox_retries_total: {
    is: 'counter',
    help: 'What the inbox had to try again: a ledger that was busy, a database or a broker that was away.',
    labels: [],
  },
  throughline_inbox_behind_records: {
    is: 'gauge',
    help: 'Records that wait in the partitions of the inbox that this process reads.',
    labels: [],
  },
  throughline_relay_age_seconds: {
    is: 'gauge',
    help: 'Age of the oldest event that the relay has not brought to Kafka; 0 where it has brought all.',
    labels: [],
  },
  throughline_ready: {
    is: 'gauge',
    help: 'Whether a check of readiness is passed: 1, else 0.',
    labels: ['check'],
  },
} as const satisfies Readonly<Record<string, Metric>>;

type Catalogue = typeof catalogue;

/** The name of a metric of one kind. */
export type MetricName<Is extends Metric['is'] = Metric['is']> = {
  [Name in keyof Catalogue]: Catalogue[Name]['is'] extends Is ? Name : never;
}[keyof Catalogue];

/** The labels of a metric, all of them. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Catalogue[Name]['labels'][number], string>>;
