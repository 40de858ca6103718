import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { KafkaDriver, KafkaRecord } from '@throughline/feed';
import { startTracing } from '@throughline/telemetry';
import { eventually } from '@throughline/testing';
import { tracedDriver } from './traced.ts';

const of = (trace: string): string => `00-${trace.repeat(32)}-${'1'.repeat(16)}-01`;

const record = (headers: Record<string, string>): KafkaRecord => ({ partition: 0, key: null, value: null, headers });

describe('what is relayed', () => {
  it('is a span that is linked to the traces of its events, and is sent as it was', async () => {
    const spans = new InMemorySpanExporter();
    const stop = await startTracing({ service: 'spec', processors: [new SimpleSpanProcessor({ exporter: spans })] });
    const sent: (readonly KafkaRecord[])[] = [];
    const sender = { send: async (records: readonly KafkaRecord[]) => void sent.push(records), close: async () => {} };
    const driver = tracedDriver({ sender: async () => sender } as unknown as KafkaDriver);
    const records = [record({ traceparent: of('a') }), record({}), record({ traceparent: of('b') })];
    const traced = await driver.sender('topic');
    await traced.send(records);
    await traced.send([record({})]);
    expect(sent).toEqual([records, [record({})]]);
    const [span, ...others] = await eventually(() => {
      expect(spans.getFinishedSpans()).not.toEqual([]);
      return spans.getFinishedSpans();
    });
    expect(others).toEqual([]);
    expect(span!.name).toBe('relay');
    expect(span!.links.map(({ context }) => context.traceId[0])).toEqual(['a', 'b']);
    await stop();
  });

  it('is sent by the driver itself where nobody traces', () => {
    const driver = {} as KafkaDriver;
    expect(tracedDriver(driver)).toBe(driver);
  });
});
