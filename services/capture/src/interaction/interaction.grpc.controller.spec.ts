import { credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CaptureServiceClient,
  CaptureStreamRequest,
  type CaptureStreamResponse,
  type CaptureResponse,
} from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { Interaction } from '@throughline/contracts/gen/throughline/capture/v1/interaction';
import { interaction, type InteractionInput } from '@throughline/contracts';
import { timestampOf } from '@throughline/host';
import { said } from '../../test/said.ts';
import { served, type Served } from '../../test/served.ts';

let on: Served;
let client: CaptureServiceClient;
beforeAll(async () => {
  on = await served();
  client = new CaptureServiceClient(on.at.grpc!, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await on.close();
});

const message = ({ end, ...declared }: InteractionInput): Interaction =>
  Interaction.fromPartial({
    ...declared,
    occurredAt: timestampOf(declared.occurredAt),
    end: end && { ...end, at: end.at === undefined ? undefined : timestampOf(end.at) },
  });

const capture = (declared: InteractionInput, metadata = new Metadata()) =>
  new Promise<CaptureResponse>((resolve, reject) =>
    client.capture({ interaction: message(declared) }, metadata, (error, answer) =>
      error ? reject(error) : resolve(answer),
    ),
  );

const stream = (all: readonly InteractionInput[]) =>
  new Promise<CaptureStreamResponse[]>((resolve, reject) => {
    const answers: CaptureStreamResponse[] = [];
    const call = client.captureStream();
    call.on('data', (answer: CaptureStreamResponse) => answers.push(answer));
    call.on('error', reject).on('end', () => resolve(answers));
    for (const one of all) call.write(CaptureStreamRequest.fromPartial({ interaction: message(one) }));
    call.end();
  });

describe('CaptureService', () => {
  it('knows every field that a caller may declare', () =>
    expect(Object.keys(Interaction.create())).toEqual(expect.arrayContaining(Object.keys(interaction.shape))));

  it('captures the same fact as REST does', async () => {
    const hello = said({
      details: { some: ['thing', { n: 1.5 }], none: null },
      attachments: [{ name: 'a.jpg', size: 12 }],
      occurredAt: '2026-05-04T09:30:00.123456Z',
      end: { at: '2026-05-04T09:40:00Z', outcome: 'resolved' },
      participants: [
        { role: 'customer', handle: 'email:ann@example.com', also: [{ handle: 'app:1', verified: true }] },
        { role: 'agent', handle: 'email:bo@acme.example', name: 'Bo', account: { key: 'acme' } },
      ],
    });
    const first = await capture(hello);
    expect(first).toEqual({ outcome: 'captured', id: expect.any(String), position: expect.anything() });
    const { status: code, body } = await on.ask('/v1/interactions', { json: hello });
    expect([code, body]).toEqual([200, { outcome: 'duplicate', id: first.id, position: Number(first.position) }]);
    expect(await capture(hello)).toEqual({ ...first, outcome: 'duplicate' });
  });

  it('refuses what REST refuses, naming the field', async () => {
    await expect(capture(said({ channel: 'fax' as never }))).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(capture(said({ text: 'a\0' }))).rejects.toMatchObject({ details: expect.stringContaining('/text') });
    const nobody = new Metadata();
    nobody.set('x-tenant', 'nobody');
    await expect(capture(said(), nobody)).rejects.toMatchObject({ code: status.NOT_FOUND });
    const known = said();
    await capture(known);
    await expect(capture({ ...known, text: 'other' })).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
  });

  it('streams outcomes in the order of the items; a bad one harms no other', async () => {
    const items = Array.from({ length: 1_500 }, (_, at) =>
      at % 500 === 7 ? said({ channel: 'fax' as never }) : said(),
    );
    const answers = await stream(items);
    expect(answers.map(({ index }) => Number(index))).toEqual(items.map((_, at) => at));
    expect(answers.filter(({ outcome }) => outcome === 'captured')).toHaveLength(1_497);
    expect(answers[7]).toMatchObject({
      outcome: 'rejected',
      problem: { status: 422, errors: [{ pointer: '/channel', reason: expect.any(String) }] },
    });
    const positions = answers.flatMap(({ position }) => position ?? []);
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
  });
});
