import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import type { GetBriefResponse } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { type Served, served } from '../../test/served.ts';
import { type Brief, brief } from './shape.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
const tenant = 'one';

let on: Served;
beforeAll(async () => {
  on = await served({ now: () => new Date('2026-05-04T00:10:00Z') });
  await on.say(
    tenant,
    { at: '2026-05-03T00:00:00Z', from: ann, to: [bo], agents: [bo], text: 'It cracked.', names: { [ann]: 'Ann Lee' } },
    { at: '2026-05-04T00:05:00Z', from: ann, to: [bo], agents: [bo], channel: 'chat', text: 'Are you there?' },
  );
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

describe('the brief', () => {
  it('is answered by handle and by id, as it is documented', async () => {
    const id = on.vault.handleId(tenant, ann);
    const one = await on.get<Brief>(tenant, `/v1/brief?handle=${ann}`);
    expect(brief.safeParse(one.body).error).toBeUndefined();
    expect(one.body).toMatchObject({
      customer: { id, name: 'Ann Lee' },
      position: Number(await on.ledger.head()),
      now: [{ channel: 'chat', lastWords: 'Are you there?' }],
      lastTalkedAbout: { answer: { words: 'Are you there?' } },
      responsible: { answer: null, reason: expect.any(String) },
      nextStep: { answer: null, reason: expect.any(String), events: [] },
      happened: { answer: { interactions: 2, inbound: 2 } },
      crm: { answer: null, reason: expect.stringMatching(/CRM/), events: [] },
    });
    expect((await on.get(tenant, `/v1/customers/${id}/brief`)).body).toEqual(one.body);
  });

  it('is the same over gRPC', async () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', tenant);
    const customer = { by: { $case: 'handle' as const, value: ann } };
    const answer = await new Promise<GetBriefResponse>((resolve, reject) =>
      on.client.getBrief({ customer }, metadata, (error, found) => (error ? reject(error) : resolve(found))),
    );
    const { body } = await on.get<Brief>(tenant, `/v1/brief?handle=${ann}`);
    expect(answer.brief?.happened).toEqual(body.happened);
    expect(answer.brief?.now).toEqual(body.now);
    expect(answer.brief?.lastTalkedAbout).toMatchObject(body.lastTalkedAbout);
    expect(answer.brief?.nextStep).toEqual({ events: [], reason: body.nextStep.reason });
    expect(answer.brief?.crm).toEqual({ events: [], reason: body.crm.reason });
  });

  it('reads what was written at a position', async () => {
    await on.say(tenant, { at: '2026-05-04T00:06:00Z', from: ann, text: 'Just now.' });
    const head = await on.ledger.head();
    const { body } = await on.get<Brief>(tenant, `/v1/brief?handle=${ann}&minPosition=${head}`);
    expect(body).toMatchObject({ position: Number(head), lastTalkedAbout: { answer: { words: 'Just now.' } } });
  });

  it('is refused for who is no customer', async () => {
    expect(await on.get(tenant, '/v1/brief?handle=email:nobody@example.com')).toMatchObject({ status: 404 });
    expect(await on.get(tenant, '/v1/brief')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/handle' }] },
    });
  });
});
