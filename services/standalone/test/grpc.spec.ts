import {
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CaptureRequest,
  type CaptureResponse,
  CaptureServiceClient,
  CaptureStreamRequest,
  type CaptureStreamResponse,
} from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { Interaction } from '@throughline/contracts/gen/throughline/capture/v1/interaction';
import {
  type CompleteTaskResponse,
  RoutingServiceClient,
  type ScheduleTaskResponse,
} from '@throughline/contracts/gen/throughline/routing/v1/routing';
import type { ListTasksResponse } from '@throughline/contracts/gen/throughline/timeline/v1/task';
import {
  type GetBriefResponse,
  type GetTimelineRequest,
  type GetTimelineResponse,
  TimelineServiceClient,
} from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { eventually } from '@throughline/testing';
import { protoPath } from 'grpc-health-check';
import { asking, type Asking, told, type Told } from './asking.ts';
import { flat } from './calling.ts';
import { type Batch, type Captured, interaction } from './made.ts';
import type { Brief, Entry, Page, Written } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const as = (tenant?: string): Metadata => {
  const metadata = new Metadata();
  if (tenant) metadata.set('x-tenant', tenant);
  return metadata;
};

type Done<Response> = (error: ServiceError | null, response: Response) => void;

const call = <Response>(begin: (done: Done<Response>) => unknown) =>
  new Promise<Response>((resolve, reject) => {
    begin((error, response) => (error ? reject(error) : resolve(response)));
  });

const ann = 'email:ann@lee.example';
const byHandle = (value: string) => ({ by: { $case: 'handle' as const, value } });
const secondsOf = (at: string): bigint => BigInt(Date.parse(at) / 1_000);
const whole = interaction('one', {
  subject: 'Broken screen',
  occurredAt: '2026-05-04T09:30:00.123456Z',
  kind: 'support',
  priority: 'high',
  participants: [
    { role: 'customer', handle: ann, name: 'Ann Lee', also: [{ handle: 'tel:+14155550100', verified: false }] },
    { role: 'agent', handle: 'email:bo@acme.example' },
  ],
  attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg', size: 48_213 }],
  details: { seen: true, list: [1, 'two', null], deep: { er: 1.5 } },
});
const message = (key: string, more: Partial<Interaction> = {}): Interaction =>
  Interaction.fromPartial({
    source: 'spec',
    key,
    channel: 'chat',
    direction: 'inbound',
    occurredAt: { seconds: secondsOf('2026-05-04T09:30:00Z'), nanos: 0 },
    participants: [{ role: 'customer', handle: ann }],
    ...more,
  });

let server: Standalone;
let ask: Asking;
let get: Told;
let capture: CaptureServiceClient;
let timeline: TimelineServiceClient;

beforeAll(async () => {
  server = await standalone();
  ask = asking(server.url);
  get = told(ask);
  capture = new CaptureServiceClient(server.grpc, credentials.createInsecure());
  timeline = new TimelineServiceClient(server.grpc, credentials.createInsecure());
}, 90_000);
afterAll(async () => {
  capture.close();
  timeline.close();
  await server.kill();
});

const captureOver = (request: CaptureRequest, metadata = as()) =>
  call<CaptureResponse>((done) => capture.capture(request, metadata, done));
const pageOver = (request: GetTimelineRequest) =>
  call<GetTimelineResponse>((done) => timeline.getTimeline(request, as(), done));

describe('capture over gRPC', () => {
  it('is the same fact as over REST', async () => {
    const first = await get<Captured>('/v1/interactions', { json: whole });
    const asMessage = Interaction.fromPartial({
      ...whole,
      occurredAt: { seconds: secondsOf('2026-05-04T09:30:00Z'), nanos: 123_456_000 },
      end: undefined,
      attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg', size: 48_213n }],
    });
    const { outcome, id, position } = await captureOver({ interaction: asMessage });
    expect({ outcome, id, position: Number(position) }).toEqual({ ...first, outcome: 'duplicate' });
    const other = { interaction: { ...asMessage, text: 'Another content' } };
    await expect(captureOver(other)).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
  });

  it('answers every item of a stream, in order; a refused one harms no other', async () => {
    const stream = capture.captureStream(as());
    const keys = Array.from({ length: 300 }, (_, n) => `many-${n}`);
    const send = (one: Interaction) => stream.write(CaptureStreamRequest.fromPartial({ interaction: one }));
    for (const key of keys) send(message(key, key === 'many-7' ? { channel: 'fax' } : {}));
    stream.end();
    const responses: CaptureStreamResponse[] = await Array.fromAsync(stream as AsyncIterable<CaptureStreamResponse>);
    expect(responses.map(({ index }) => Number(index))).toEqual(keys.map((_, at) => at));
    const refused = responses.filter(({ outcome }) => outcome !== 'captured');
    expect(refused).toMatchObject([{ index: 7n, outcome: 'rejected', problem: { errors: [{ pointer: '/channel' }] } }]);
  });

  it('refuses with the field and the reason', async () => {
    const faulty = { interaction: message('x', { channel: 'fax', participants: [] }) };
    const error = await captureOver(faulty).catch((refused: ServiceError) => refused);
    if (!(error instanceof Error)) throw new Error('it was taken');
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    const details = String(error.metadata.get('grpc-status-details-bin')[0]);
    for (const field of ['channel', 'participants']) expect(details).toMatch(new RegExp(`\\b${field}\\b`));
    const nobody = captureOver({ interaction: message('x') }, as('nobody'));
    await expect(nobody).rejects.toMatchObject({ code: status.NOT_FOUND, details: expect.stringContaining('nobody') });
  });
});

describe('timeline over gRPC', () => {
  let id: string;
  beforeAll(async () => {
    const { results } = await get<Batch>('/v1/interactions:batch', {
      json: [interaction('late', { participants: whole.participants })],
    });
    const { customer } = await get<Brief>(`/v1/brief?handle=${ann}&minPosition=${results[0]!.position}`);
    id = customer.id;
  });

  const page = async (query = '') => (await get<Page<Entry>>(`/v1/customers/${id}/timeline?type=all&${query}`)).items;

  it('is the page that REST answers', async () => {
    const filter = { channel: 'chat', kind: 'support' };
    const [entry] = (await pageOver({ customer: byHandle(ann), filter })).items;
    const [shown] = await page('channel=chat&kind=support');
    const { occurredAt, recordedAt, position, attachments, participants, amendments, ...same } = entry!;
    expect(shown).toMatchObject(JSON.parse(JSON.stringify(same)) as object);
    expect(Number(position)).toBe(shown!.position);
    expect(occurredAt).toEqual({ seconds: secondsOf('2026-05-04T09:30:00Z'), nanos: 123_456_000 });
    expect(recordedAt?.seconds).toBeGreaterThan(secondsOf('2026-01-01T00:00:00Z'));
    expect(attachments).toMatchObject([{ name: 'screen.jpg', size: 48_213n }]);
    expect(participants).toMatchObject([{ handle: ann, name: 'Ann Lee' }, { handle: 'email:bo@acme.example' }]);
    expect(amendments).toEqual([]);
  });

  it('streams the whole of it, and goes on after a break', async () => {
    const read = (cursor?: string) =>
      Array.fromAsync(
        timeline.streamTimeline({ customer: byHandle(ann), cursor }, as()) as AsyncIterable<{
          entry?: { id: string; type: string };
          cursor: string;
        }>,
      );
    // What is decided about the last that came may come between the two.
    const entries = await eventually(async () => {
      const [all, streamed] = [await page('limit=200'), await read()];
      expect(streamed.slice(0, 200).map(({ entry }) => entry?.id)).toEqual(all.map((entry) => entry.id));
      return streamed;
    });
    expect(entries.filter(({ entry }) => entry?.type === 'interaction')).toHaveLength(301);
    const rest = await read(entries[249]!.cursor);
    expect(rest.map(({ entry }) => entry?.id)).toEqual(entries.slice(250).map(({ entry }) => entry?.id));
  });

  it('tells what comes, and ends with the process', async () => {
    const { position } = await get<Captured>('/v1/interactions', {
      json: interaction('watched', { participants: whole.participants }),
    });
    const request = { customer: byHandle(ann), afterPosition: BigInt(position - 1) };
    const watching: ClientReadableStream<{ entry?: { key?: string } }> = timeline.watchTimeline(request, as());
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    watching.once('data', ({ entry }: { entry?: { key?: string } }) => resolve(entry?.key)).once('error', reject);
    expect(await promise).toBe('watched');
    watching.removeAllListeners().on('error', () => {});
    watching.cancel();
  });

  it('answers the brief that REST answers', async () => {
    // What was said just now is still being given to somebody.
    await eventually(async () => {
      const { brief } = await call<GetBriefResponse>((done) =>
        timeline.getBrief({ customer: { by: { $case: 'id', value: id } } }, as(), done),
      );
      const shown = await get<Brief>(`/v1/customers/${id}/brief`);
      expect(brief?.happened).toEqual(shown.happened);
      expect(brief?.lastTalkedAbout?.events).toEqual(shown.lastTalkedAbout.events);
      expect(shown.responsible.answer).toMatchObject({ of: 'matter' });
      expect(brief?.responsible?.events).toEqual(shown.responsible.events);
      expect(brief?.customer).toMatchObject({ id, name: 'Ann Lee' });
    });
  });

  it('knows nobody whom REST does not know', async () => {
    const unknown = pageOver({ customer: byHandle('email:nobody@example.com') });
    await expect(unknown).rejects.toMatchObject({ code: status.NOT_FOUND });
    const invalid = pageOver({ customer: byHandle(ann), limit: 1_000 });
    await expect(invalid).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('takes owners and tasks', async () => {
    const routing = new RoutingServiceClient(server.grpc, credentials.createInsecure());
    try {
      const of = { $case: 'customerId' as const, value: id };
      const bo = 'email:bo@acme.example';
      await call((done) => routing.assignOwner({ of, owner: bo, name: 'Bo' }, as(), done));
      const due = { seconds: secondsOf('2026-05-04T10:00:00Z'), nanos: 0 };
      const asked = { customerId: id, what: 'Call', owner: bo, due };
      const task = await call<ScheduleTaskResponse>((done) => routing.scheduleTask(asked, as(), done));
      // The open matter goes to the customer's owner.
      await eventually(async () => {
        const brief = await get<Brief>(`/v1/customers/${id}/brief?minPosition=${task.position}`);
        expect(brief.responsible.answer).toMatchObject({ owner: { handle: bo, name: 'Bo' } });
        // Before the answer that the customer was promised.
        expect(brief.nextStep.answer).toMatchObject({ what: 'Call', task: task.id, due: '2026-05-04T10:00:00Z' });
      });
      const { position } = await call<CompleteTaskResponse>((done) =>
        routing.completeTask({ id: task.id, outcome: 'Called' }, as(), done),
      );
      const { items } = await get<Page<Written>>(`/v1/tasks?state=completed&minPosition=${position}`);
      expect(items).toMatchObject([{ id: task.id, done: { outcome: 'Called' } }]);
      const wanted = { state: 'completed', owner: bo, customer: id };
      const listed = await call<ListTasksResponse>((done) => timeline.listTasks(wanted, as(), done));
      expect(flat(listed.items)).toEqual(flat(items));
      await expect(call((done) => timeline.listTasks({ state: 'lost' }, as(), done))).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining('/state'),
      });
    } finally {
      routing.close();
    }
  });
});

describe('the gRPC server', () => {
  it('tells its health', async () => {
    const { grpc } = loadPackageDefinition(loadSync(protoPath)) as unknown as {
      grpc: { health: { v1: { Health: new (at: string, with_: unknown) => HealthClient } } };
    };
    type HealthClient = { check(of: { service: string }, done: Done<{ status: number }>): void; close(): void };
    const health = new grpc.health.v1.Health(server.grpc, credentials.createInsecure());
    try {
      expect(await call((done) => health.check({ service: 'throughline.timeline.v1.TimelineService' }, done))).toEqual({
        status: 1,
      });
    } finally {
      health.close();
    }
  });

  it('does not hold up the end for clients that watch', async () => {
    const watching = timeline.watchTimeline({ customer: byHandle(ann), afterPosition: 0n }, as());
    const ended = new Promise<void>((resolve) =>
      watching
        .once('error', () => resolve())
        .once('end', resolve)
        .resume(),
    );
    await new Promise((resolve) => watching.once('data', resolve));
    const began = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0, err: '' });
    expect(performance.now() - began).toBeLessThan(10_000);
    await ended;
  }, 20_000);
});
