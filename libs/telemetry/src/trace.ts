import {
  type Attributes,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';

// Asked for each time: one that is kept stays with the first tracing of the process.
const tracer = () => trace.getTracer('throughline');

let isOn = false;

/** Whether this process traces: where not, nothing here is worth calling. */
export const isTracing = (): boolean => isOn;

/** Says that a tracer is there, or no more. */
export const setTracing = (on: boolean): void => void (isOn = on);

/** What a span says beside its name and time: no words, names, addresses or tenants. */
export type SpanOptions = {
  readonly attributes?: Attributes;
  /** `traceparent`s of what it follows from, where that is more than one thing: at most 128 traces are linked. */
  readonly follows?: Iterable<string>;
};

const mostLinks = 128;

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

const linksTo = (traceparents: Iterable<string>): Link[] => {
  const links = new Map<string, Link>();
  for (const text of traceparents) {
    const [, traceId, spanId, flags] = pattern.exec(text) ?? [];
    if (traceId === undefined || spanId === undefined || links.has(traceId)) continue;
    links.set(traceId, { context: { traceId, spanId, traceFlags: Number.parseInt(flags!, 16), isRemote: true } });
    if (links.size === mostLinks) break;
  }
  return [...links.values()];
};

// Texts of errors may repeat what somebody wrote: their kind is enough.
const failed = (span: Span, error: unknown): void => {
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

/** Runs `work` within a span, below the one that is active; where this process does not trace it just runs it. */
export const inSpan = async <T>(
  name: string,
  { attributes, follows = [] }: SpanOptions,
  work: () => Promise<T>,
): Promise<T> => {
  if (!isOn) return work();
  return tracer().startActiveSpan(name, { attributes, links: linksTo(follows) }, async (span) => {
    try {
      return await work();
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
};

const active = () => {
  const own = isOn ? trace.getActiveSpan()?.spanContext() : undefined;
  return own && isSpanContextValid(own) ? own : undefined;
};

/** The W3C `traceparent` of the span that is active; none where it is not sampled. */
export const traceparent = (): string | undefined => {
  const own = active();
  if (!own || !(own.traceFlags & TraceFlags.SAMPLED)) return undefined;
  return `00-${own.traceId}-${own.spanId}-01`;
};

/** The ids by which a line of a log is found from its trace, and the other way round. */
export const traceIds = (): { readonly trace_id?: string; readonly span_id?: string } => {
  const own = active();
  return own ? { trace_id: own.traceId, span_id: own.spanId } : {};
};

/** A request that is being served, as one span. */
export type Serving = {
  /** Runs something within the span. */
  readonly within: <T>(work: () => T) => T;
  /** Ends it; `isFault` where it is the server that failed. */
  readonly end: (attributes: Attributes, isFault: boolean) => void;
};

/** Begins the span of a request, below the caller's where `headers` have a `traceparent`. */
export const serving = (name: string, attributes: Attributes, headers: Readonly<Record<string, unknown>>): Serving => {
  const above = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, above);
  const inside = trace.setSpan(above, span);
  return {
    within: (work) => context.with(inside, work),
    end: (more, isFault) => {
      span.setAttributes(more);
      if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
};
