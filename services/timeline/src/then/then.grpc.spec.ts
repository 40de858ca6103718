import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { timestampOf } from '@throughline/host';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';

const tenant = 'one';
const [ann, bo] = ['email:ann@example.com', 'email:bo@acme.example'] as const;
const customer = { by: { $case: 'handle' as const, value: ann } };
const asOf = timestampOf('2026-05-04T10:00:00Z');
const task = '00000000-0000-8000-8000-000000000001';

let on: Served;
/** What was known when the mail of Monday was, and neither the call of Monday nor the task. */
let recordedAsOfPosition: bigint;
beforeAll(async () => {
  on = await served();
  const said = { from: ann, to: [bo], agents: [bo], conversation: 'one' };
  await on.say(tenant, { ...said, at: '2026-05-04T09:00:00Z', text: 'a mail' });
  recordedAsOfPosition = await on.ledger.head();
  await on.say(tenant, { ...said, at: '2026-05-04T09:30:00Z', text: 'told late', names: { [ann]: 'Ann' } });
  await on.say(tenant, { ...said, at: '2026-05-05T09:00:00Z', text: 'on Tuesday' });
  const about = { task, subject: on.vault.handleId(tenant, ann) };
  const owner = { id: on.vault.handleId(tenant, bo), handle: bo };
  const scheduled = { ...about, what: 'call back', owner, due: '2026-05-06T09:00:00Z' };
  await on.append(tenant, streamOf.task(task), [event('TaskScheduled', scheduled, { occurredAt: '2026-05-04T09:40:00Z' })]); // prettier-ignore
  await on.append(tenant, streamOf.task(task), [event('TaskCompleted', about, { occurredAt: '2026-05-05T10:00:00Z' })]);
  await on.caughtUp();
}, 60_000);
afterAll(() => on.close());

type Method = 'getTimeline' | 'getBrief' | 'getCustomer' | 'listCustomers' | 'listTasks';
type Request<Name extends Method> = Parameters<(typeof TimelineServiceService)[Name]['requestSerialize']>[0];
type Answer<Name extends Method> = ReturnType<(typeof TimelineServiceService)[Name]['responseDeserialize']>;
type Unary = (
  request: unknown,
  metadata: Metadata,
  done: (error: ServiceError | null, answer: unknown) => void,
) => void;

const call = <Name extends Method>(name: Name, request: Request<Name>): Promise<Answer<Name>> => {
  const metadata = new Metadata();
  metadata.set('x-tenant', tenant);
  return new Promise((resolve, reject) => {
    const method = (on.client[name] as Unary).bind(on.client);
    method(request, metadata, (error, answer) => (error ? reject(error) : resolve(answer as Answer<Name>)));
  });
};

const textsOf = (items: readonly { readonly text?: string | undefined }[]) => items.flatMap(({ text }) => text ?? []);

describe('another moment over gRPC', () => {
  it('is what was known at a position, what had happened by a time, or both', async () => {
    const texts = async (when: object) =>
      textsOf((await call('getTimeline', { customer, filter: undefined, ...when })).items); // prettier-ignore
    expect(await texts({})).toEqual(['on Tuesday', 'told late', 'a mail']);
    expect(await texts({ recordedAsOfPosition })).toEqual(['a mail']);
    expect(await texts({ asOf })).toEqual(['told late', 'a mail']);
    expect(await texts({ asOf, recordedAsOfPosition })).toEqual(['a mail']);
  });

  it('is streamed, and is that of a brief, of customers, and of tasks', async () => {
    const metadata = new Metadata();
    metadata.set('x-tenant', tenant);
    const streamed: string[] = [];
    for await (const { entry } of on.client.streamTimeline({ customer, recordedAsOfPosition, filter: undefined }, metadata)) streamed.push(entry.text); // prettier-ignore
    expect(streamed).toEqual(['a mail']);
    expect((await call('getBrief', { customer, recordedAsOfPosition })).brief?.lastTalkedAbout?.answer?.words).toBe('a mail'); // prettier-ignore
    expect((await call('getCustomer', { customer, recordedAsOfPosition })).customer?.name).toBeUndefined();
    expect((await call('getCustomer', { customer })).customer?.name).toBe('Ann');
    const listed = await call('listCustomers', { handle: ann, recordedAsOfPosition });
    expect(listed).toMatchObject({ items: [{ id: on.vault.handleId(tenant, ann) }], position: recordedAsOfPosition });
    expect(listed.items[0]?.name).toBeUndefined();
    const states = async (when: object) =>
      (await call('listTasks', { customer: ann, state: 'all', ...when })).items.map(({ done }) => done !== undefined);
    expect(await states({})).toEqual([true]);
    expect(await states({ asOf })).toEqual([false]);
    expect(await states({ recordedAsOfPosition })).toEqual([]);
  });

  it.each([
    ['getBrief', { customer, recordedAsOfPosition: 1n, recordedAsOf: asOf }, status.INVALID_ARGUMENT],
    ['getTimeline', { customer, recordedAsOfPosition: 0n }, status.OUT_OF_RANGE],
    ['getCustomer', { customer, recordedAsOf: asOf }, status.UNIMPLEMENTED],
    ['listCustomers', { asOf }, status.INVALID_ARGUMENT],
    ['listTasks', { asOf }, status.INVALID_ARGUMENT],
  ] as const)('is refused to %s with %p', async (name, request, code) => {
    await expect(call(name, request as never)).rejects.toMatchObject({ code });
  });
});
