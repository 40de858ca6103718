import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue } from '@throughline/telemetry';
import { eventually } from '@throughline/testing';
import { asking, told, type Told } from './asking.ts';
import { collector, type Span } from './collector.ts';
import { type Captured, interaction } from './made.ts';
import { addressIn, type Standalone, standalone } from './standalone.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };

let traces: Awaited<ReturnType<typeof collector>>;
let server: Standalone;
let get: Told;
let captured: Captured;

beforeAll(async () => {
  traces = await collector();
  server = await standalone({ env: { ...traces.env, LOG_LEVEL: 'info' } });
  get = told(asking(server.url));
  captured = await get<Captured>('/v1/interactions', { json: interaction('traced'), headers });
  await get('/v1/emails', { mail: 'no mail at all' });
  await get(`/v1/brief?handle=email%3Aann%40example.com&minPosition=${captured.position}`);
}, 120_000);
afterAll(async () => {
  await server.kill();
  await traces.close();
});

const spanWhere = (is: (span: Span) => boolean): Promise<Span> =>
  eventually(() => {
    const span = traces.spans().find(is);
    if (!span)
      throw new Error(
        `there are ${traces
          .spans()
          .map(({ name }) => name)
          .join(', ')}`,
      );
    return span;
  });

describe('a trace', () => {
  it('goes from the caller over the request to the append, and is linked to by what projects the event', async () => {
    const request = await spanWhere(({ name, traceId }) => name === 'POST /v1/interactions' && traceId === trace);
    expect(request.parentSpanId).toBe('b7ad6b7169203331');
    const append = await spanWhere(({ name, traceId }) => name === 'ledger append' && traceId === trace);
    expect(append.parentSpanId).toBe(request.spanId);
    for (const consumer of ['timeline@3', 'identity@2', 'capture@1', 'routing@5']) {
      const { links } = await spanWhere(
        (span) => span.name === `apply ${consumer}` && span.links?.[0]?.spanId === append.spanId,
      );
      expect(links).toContainEqual(expect.objectContaining({ traceId: trace, spanId: append.spanId }));
    }
  });

  it('is found from the log', async () => {
    const lines = server.err().trim().split('\n').map((line) => JSON.parse(line) as object); // prettier-ignore
    expect(lines).toContainEqual(expect.objectContaining({ trace_id: trace, route: '/v1/interactions', status: 201 }));
  });
});

describe('the metrics', () => {
  type Sample = { readonly name: string; readonly labels: readonly string[] };

  const samplesOf = (text: string): Sample[] =>
    text.split('\n').flatMap((line) => {
      const [, name, labels = ''] = /^([a-z_]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      if (name === undefined) return [];
      return [{ name, labels: [...labels.matchAll(/([a-z_]+)="/g)].map(([, label]) => label!) }];
    });

  const scrape = async (): Promise<string> => (await fetch(addressIn(server.out(), 'metrics'))).text();

  // Told by the relay alone, by whoever serves gRPC once it was called, and of what was parked.
  const elsewhere = ['throughline_relay_age_seconds', 'throughline_grpc_call_duration_seconds',
    'throughline_inbox_records_total', 'throughline_inbox_retries_total', 'throughline_inbox_behind_records']; // prettier-ignore

  it('are those of the catalogue, each with its labels', async () => {
    const samples = samplesOf(await scrape());
    const seen = new Map(samples.map(({ name, labels }) => [name.replace(/_(bucket|sum|count)$/, ''), labels]));
    for (const [name, { labels }] of Object.entries(catalogue))
      if (!elsewhere.includes(name))
        expect([name, seen.get(name)?.filter((label) => label !== 'le')]).toEqual([name, labels]);
    expect([...seen.keys()].filter((name) => !Object.hasOwn(catalogue, name))).toEqual([]);
  });

  it('tell what was appended, projected, put aside and is ready', async () => {
    const text = await eventually(async () => {
      const now = await scrape();
      expect(now).toContain('throughline_feed_lag_events{consumer="timeline@3"} 0');
      expect(now).toContain('throughline_feed_lag_seconds{consumer="timeline@3"} 0');
      return now;
    });
    const events = Number(/^throughline_events_appended_total (\d+)$/m.exec(text)?.[1]);
    expect(events).toBeGreaterThanOrEqual(captured.position);
    expect(text).toContain('throughline_parked_events{consumer="timeline@3"} 0');
    expect(text).toContain('throughline_quarantined_items 1');
    expect(text).toContain('throughline_ready{check="database"} 1');
    expect(text).toContain('throughline_ready{check="feed"} 1');
    expect(text).toMatch(/^throughline_http_request_duration_seconds_count\{method="POST",route="\/v1\/interactions",status="201"\} 1$/m); // prettier-ignore
    expect(text).toMatch(/^throughline_append_flush_commands_count [1-9]/m);
  });
});

describe('a collector that is away', () => {
  it('keeps nobody from working, nor from ending', async () => {
    const other = await standalone({ env: { ...traces.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    expect((await asking(other.url)('/v1/interactions', { json: interaction('alone') })).status).toBe(201);
    expect(await other.stop()).toMatchObject({ code: 0 });
  }, 120_000);
});
