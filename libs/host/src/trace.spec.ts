import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { startTracing, traceIds, traceparent } from '@throughline/telemetry';
import { eventually } from '@throughline/testing';
import { pino } from 'pino';
import { CounterModule } from '../test/counter.controller.ts';
import { CounterClient, counterService } from '../test/counter.ts';
import { boot, type Booted } from './index.ts';

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

@Controller('v1/echo')
class EchoController {
  @Post(':id')
  echo(@Body() body: { fail?: boolean }) {
    if (body.fail) throw new Error('Ann Lee does not echo');
    return { traceparent: traceparent() };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

describe('a request that is traced', () => {
  const spans = new InMemorySpanExporter();
  const logged: string[] = [];
  let stop: () => Promise<void>;
  let booted: Booted;
  beforeAll(async () => {
    stop = await startTracing({ service: 'test', processors: [new SimpleSpanProcessor({ exporter: spans })] });
    booted = await boot({
      name: 'test',
      modules: [CounterModule, EchoModule],
      http: { host: '127.0.0.1', port: 0 },
      grpc: { host: '127.0.0.1', port: 0, services: { 'test.v1.Counter': counterService } },
      tenants: { exists: async () => true },
      log: pino({ level: 'info', mixin: traceIds }, { write: (line: string) => void logged.push(line) }),
    });
  });
  afterAll(async () => {
    await booted.close();
    await stop();
  });

  const ask = (path: string, body: object) =>
    fetch(`${booted.urls.http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: caller },
      body: JSON.stringify(body),
    });

  const named = (name: string, status: unknown) =>
    eventually(() => {
      const found = spans.getFinishedSpans().find((span) => span.name === name && Object.values(span.attributes).includes(status as never)); // prettier-ignore
      if (!found) throw new Error(`no span ${name} of ${String(status)}`);
      return found;
    });

  it('is one span below that of its caller, named by its route, which the handler works in', async () => {
    const { traceparent: inside } = (await (await ask('/v1/echo/ann', {})).json()) as { traceparent: string };
    const span = await named('POST /v1/echo/:id', 201);
    expect(inside).toBe(`00-0af7651916cd43dd8448eb211c80319c-${span.spanContext().spanId}-01`);
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(JSON.stringify([span.name, span.attributes, span.events])).not.toContain('ann');
  });

  it('is found from the lines of the log, and says nothing of what went wrong but that it did', async () => {
    await ask('/v1/echo/ann', { fail: true });
    const span = await named('POST /v1/echo/:id', 500);
    expect(span.status.code).toBe(2);
    expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain('Ann');
    const ids = { trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId };
    await eventually(() => {
      const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).toContainEqual(expect.objectContaining({ ...ids, msg: 'an error that nobody expected' }));
      expect(lines).toContainEqual(expect.objectContaining({ ...ids, msg: 'request', status: 500 }));
    });
  });

  it('may be a call', async () => {
    const client = new CounterClient(booted.urls.grpc!, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('traceparent', caller);
    await new Promise((resolve) => client.one({ to: 7 }, metadata, resolve));
    const span = await named('test.v1.Counter/One', 'OK');
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    client.close();
  });
});
