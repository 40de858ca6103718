export { catalogue, type LabelsOf, type Metric, type MetricName } from './catalogue.ts';
export { exposition, observe, reading, type Reading, record } from './metrics.ts';
export { startTracing, type TracingOptions, wantsTraces } from './start.ts';
export { inSpan, isTracing, type Serving, serving, type SpanOptions, traceIds, traceparent } from './trace.ts';
