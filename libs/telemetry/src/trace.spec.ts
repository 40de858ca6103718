import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { eventually } from '@throughline/testing';
import { inSpan, isTracing, serving, startTracing, traceIds, traceparent, wantsTraces } from './index.ts';

describe('whether to trace', () => {
  it.each([
    [{}, false],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
    [{ OTEL_SERVICE_NAME: 'capture' }, false],
  ])('by %j is %s', (env, wanted) => expect(wantsTraces(env)).toBe(wanted));

  it('is no by default, and then nothing is there to be told', async () => {
    const stop = await startTracing({ service: 'test' }, {});
    expect(isTracing()).toBe(false);
    expect(await inSpan('work', {}, async () => [traceparent(), traceIds()])).toEqual([undefined, {}]);
    await stop();
  });
});

describe('a trace', () => {
  const spans = new InMemorySpanExporter();
  let stop: () => Promise<void>;
  beforeAll(async () => {
    stop = await startTracing({ service: 'test', processors: [new SimpleSpanProcessor({ exporter: spans })] });
  });
  afterAll(() => stop());

  const named = (name: string) =>
    eventually(() => {
      const span = spans.getFinishedSpans().find((one) => one.name === name);
      if (!span) throw new Error(`no span ${name}`);
      return span;
    });

  it('goes on from the caller, through what is awaited', async () => {
    const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const served = serving('GET /v1/toys', { route: '/v1/toys' }, { traceparent: caller });
    const [inside, ids] = await served.within(() =>
      inSpan('work', { attributes: { toys: 2 } }, async () => {
        await Promise.resolve();
        return [traceparent(), traceIds()] as const;
      }),
    );
    served.end({ status: 200 }, false);
    const [request, work] = [await named('GET /v1/toys'), await named('work')];
    expect(request.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
    expect(request.attributes).toEqual({ route: '/v1/toys', status: 200 });
    expect(work.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    const { traceId, spanId } = work.spanContext();
    expect(traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(inside).toBe(`00-${traceId}-${spanId}-01`);
    expect(ids).toEqual({ trace_id: traceId, span_id: spanId });
  });

  it('links each trace that a batch follows from once, and not what is none', async () => {
    const of = (trace: string, span: string) => `00-${trace.repeat(32)}-${span.repeat(16)}-01`;
    const follows = [of('a', '1'), of('b', '2'), of('a', '3'), 'no trace'];
    await inSpan('batch', { follows }, async () => {});
    const { links } = await named('batch');
    expect(links.map(({ context }) => [context.traceId[0], context.spanId[0]])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('tells the kind of an error, and none of its words', async () => {
    const work = inSpan('failing', {}, () => Promise.reject(new RangeError('Ann Lee is too far')));
    await expect(work).rejects.toThrow(RangeError);
    const span = await named('failing');
    expect(span.attributes).toEqual({ 'error.type': 'RangeError' });
    expect(JSON.stringify([span.status, span.events])).not.toContain('Ann');
  });
});
