import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefineAgentRequest } from '@throughline/contracts/gen/throughline/routing/v1/agent';
import { RoutingServiceClient, RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { DefineTeamRequest } from '@throughline/contracts/gen/throughline/routing/v1/team';
import { instantOf } from '@throughline/host';
import { eventually } from '@throughline/testing';
import { asking, told, type Told } from './asking.ts';
import { type Captured, interaction } from './made.ts';
import type { Page } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

const [ann, bo, cy] = ['email:ann@lee.example', 'email:bo@acme.example', 'email:cy@acme.example'] as const;
const nothing = '99999999-9999-4999-8999-999999999999';

type Shown = Readonly<Record<string, unknown>> & { readonly id: string; readonly since: string; readonly at: string };
type Explained = {
  readonly steps: readonly {
    readonly event: string;
    readonly says: string;
    readonly at: string;
    readonly rule?: string;
  }[];
};

let server: Standalone;
let get: Told;
let routing: RoutingServiceClient;
beforeAll(async () => {
  server = await standalone();
  get = told(asking(server.url));
  routing = new RoutingServiceClient(server.grpc, credentials.createInsecure());
}, 90_000);
afterAll(async () => {
  routing.close();
  await server.kill();
});

const as = (entries: Readonly<Record<string, string>> = {}): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
};
type Method = keyof typeof RoutingServiceService;
type Request<Name extends Method> = Parameters<(typeof RoutingServiceService)[Name]['requestSerialize']>[0];
type Answer<Name extends Method> = ReturnType<(typeof RoutingServiceService)[Name]['responseDeserialize']>;
type Unary = (
  request: unknown,
  metadata: Metadata,
  done: (error: ServiceError | null, answer: unknown) => void,
) => void;

/** Calls one method, as the tenant `default`. */
const call = <Name extends Method>(name: Name, request: Request<Name>, metadata = as()): Promise<Answer<Name>> =>
  new Promise((resolve, reject) => {
    const method = (routing[name] as Unary).bind(routing);
    method(request, metadata, (error, answer) => (error ? reject(error) : resolve(answer as Answer<Name>)));
  });

const refused = async <Name extends Method>(name: Name, request: Request<Name>): Promise<[number, string]> => {
  const error = await call(name, request).then(
    () => undefined,
    (thrown: ServiceError) => thrown,
  );
  if (!error) throw new Error(`${name} was not refused`);
  return [error.code, String(error.metadata.get('grpc-status-details-bin')[0])];
};

// The same moment can have zeros at its end.
const moment = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d*?[1-9])?)\.?0+Z$/;

/** As REST has it: a message without what is not there. */
const flat = (message: unknown): unknown =>
  JSON.parse(
    JSON.stringify(message, (_, value: unknown) => {
      if (typeof value === 'bigint') return Number(value);
      if (typeof value === 'string') return value.replace(moment, '$1Z');
      if (Array.isArray(value) && value.length === 0) return undefined;
      if (value !== null && typeof value === 'object' && 'nanos' in value && 'seconds' in value)
        return instantOf({ seconds: value.seconds as bigint, nanos: value.nanos as number });
      return value;
    }),
  );

const listed = async (query: string): Promise<Shown[]> => (await get<Page<Shown>>(`/v1/matters?${query}`)).items as Shown[]; // prettier-ignore

/** What a customer says over chat, and the one open matter that comes of it. */
const said = async (from: string, ...wanted: readonly string[]): Promise<Shown> => {
  const key = `${from} ${performance.now()}`;
  const participants = [{ role: 'customer' as const, handle: from }];
  const { position } = await get<Captured>('/v1/interactions', {
    json: interaction(key, { participants, conversation: key, occurredAt: new Date().toISOString() }),
  });
  return eventually(async () => {
    const [found] = await listed(`customer=${from}&minPosition=${position}`);
    expect(Object.keys(found ?? {})).toEqual(expect.arrayContaining(['id', ...wanted]));
    return found!;
  });
};

describe('routing over gRPC', () => {
  it('knows the teams and agents that REST knows, and the other way round', async () => {
    const team = { team: 'support', name: 'Support', channels: ['chat'], waits: 'P1D', fallback: { handle: cy } };
    const told = await call('defineTeam', DefineTeamRequest.fromPartial(team));
    expect(told).toEqual(await call('defineTeam', DefineTeamRequest.fromPartial(team)));
    for (const handle of [bo, cy]) {
      const asked = DefineAgentRequest.fromPartial({ handle, teams: ['support'], capacity: 3 });
      const { id } = await call('defineAgent', asked);
      await call('setPresence', { id, presence: 'available' });
      const { position: minPosition } = await call('setCapacity', { id, capacity: 5 });
      const { items } = await call('listAgents', { agent: handle, minPosition });
      expect(items).toMatchObject([{ id, handle, teams: ['support'], capacity: 5, presence: 'available' }]);
      const shown = await get<Page<object>>(`/v1/agents?agent=${handle}`);
      expect(shown.items).toMatchObject([flat(items[0]) as object]);
    }
    const { items } = await call('listTeams', { minPosition: told.position });
    expect((await get<Page<object>>('/v1/teams')).items).toEqual(flat(items));
    expect(items).toMatchObject([{ team: 'support', fallback: { handle: cy }, agents: 2, available: 2 }]);
  });

  it('shows matters, explains them and hands them over as REST does', async () => {
    const { id } = await said(ann, 'agent', 'dueAt');
    const whole = await get<Shown>(`/v1/matters/${id}`);
    expect(flat((await call('getMatter', { id })).matter)).toEqual(flat(whole));
    expect(flat((await call('listMatters', { customer: ann })).items)).toEqual(flat(await listed(`customer=${ann}`)));
    const explained = await get<Explained>(`/v1/matters/${id}/explanation`);
    const over = await call('explainMatter', { id });
    expect(over.steps.map(({ event, says }) => [event, says])).toEqual(
      explained.steps.map(({ event, says }) => [event, says]),
    );
    const turn = explained.steps.findIndex(({ rule }) => rule === 'turn');
    expect(flat(over.steps[turn])).toMatchObject({ rule: 'turn', at: flat(explained.steps[turn]!.at) });
    expect(flat((await call('getPacket', { id })).packet)).toMatchObject({ matter: id, summary: expect.any(Object) });
    const other = (whole['agent'] as { handle: string }).handle === bo ? cy : bo;
    const asked = { id, to: { $case: 'agent' as const, value: other }, note: 'She waits.' };
    const key = as({ 'idempotency-key': 'handed' });
    const { position } = await call('assignMatter', asked, key);
    expect((await call('assignMatter', asked, key)).position).toBe(position);
    const { matter } = await call('getMatter', { id, minPosition: position });
    expect(matter).toMatchObject({ state: 'owned', rule: 'hand', agent: { handle: other } });
    expect((await call('getPacket', { id })).packet?.notes).toEqual(['She waits.']);
    const closed = await call('closeMatter', { id, outcome: 'resolved' });
    expect(await call('getMatter', { id, minPosition: closed.position })).toMatchObject({
      matter: { state: 'closed', outcome: 'resolved' },
    });
  });

  it('offers, and takes from queues', async () => {
    await call('defineTeam', DefineTeamRequest.fromPartial({ team: 'support', channels: ['chat'], offers: 'PT1H' }));
    const { id, agent } = await said('email:eve@example.com', 'agent');
    const first = (agent as { handle: string }).handle;
    const second = first === bo ? cy : bo;
    const declined = await call('declineMatter', { id, agent: first });
    await eventually(async () => {
      const { matter } = await call('getMatter', { id, minPosition: declined.position });
      expect(matter).toMatchObject({ state: 'offered', agent: { handle: second } });
    });
    await call('acceptMatter', { id, agent: second });
    expect(await refused('acceptMatter', { id, agent: first })).toEqual([
      status.FAILED_PRECONDITION,
      expect.stringContaining('NotOffered'),
    ]);
    for (const handle of [bo, cy]) {
      const { items } = await call('listAgents', { agent: handle });
      await call('setPresence', { id: items[0]!.id, presence: 'busy' });
    }
    const waiting = await said('email:dan@example.com');
    expect(flat((await call('listQueue', { team: 'support' })).items)).toMatchObject([{ id: waiting.id }]);
    const key = as({ 'idempotency-key': 'next' });
    const taken = await call('takeNext', { team: 'support', agent: bo }, key);
    expect(taken.matter).toMatchObject({ id: waiting.id, state: 'owned', agent: { handle: bo } });
    expect((await call('takeNext', { team: 'support', agent: bo }, key)).matter?.id).toBe(waiting.id);
    expect(await call('takeNext', { team: 'support', agent: bo })).toEqual({});
  });

  it('says to whom a call goes, and keeps the policy', async () => {
    const routed = await call('route', { handle: 'tel:+14155550100', source: 'acme-phone', conversation: 'call-1' });
    const again = await get<Shown>('/v1/route', {
      json: { handle: 'tel:+14155550100', source: 'acme-phone', conversation: 'call-1' },
    });
    expect(routed).toMatchObject({ matter: again['matter'], queue: { team: 'default' }, offered: false });
    expect(flat(routed.queue)).toEqual(flat(again['queue']));
    const { policy } = await call('getMatterPolicy', {});
    expect(policy).toEqual(await get('/v1/policies/matter'));
    const { position } = await call('setMatterPolicy', { policy: { ...policy!, outcomes: [] } });
    expect((await call('getMatterPolicy', { minPosition: position })).policy).toEqual({ ...policy, outcomes: [] });
  });

  it('takes matters apart and puts them together', async () => {
    const from = 'email:gil@example.com';
    const { id } = await said(from);
    expect((await said(from)).id).toBe(id);
    const conversations = (await call('getMatter', { id })).matter!.conversations;
    const split = await call('splitMatter', { id, conversation: conversations[0]!.id });
    await eventually(async () => expect(await listed(`customer=${from}`)).toHaveLength(2));
    await call('joinMatter', { id: split.matter, into: id });
    await eventually(async () => expect(await listed(`customer=${from}`)).toMatchObject([{ id }]));
  });

  it('removes teams and agents', async () => {
    const { items } = await call('listAgents', { agent: cy });
    const { position } = await call('removeAgent', { id: items[0]!.id });
    expect((await call('listAgents', { agent: cy, minPosition: position })).items).toEqual([]);
    const gone = await call('removeTeam', { team: 'support' });
    expect((await call('listTeams', { minPosition: gone.position })).items).toEqual([]);
  });

  it('refuses with the code, the field and the reason', async () => {
    const invalid = status.INVALID_ARGUMENT;
    const cases = [
      [() => refused('getMatter', { id: nothing }), status.NOT_FOUND, /MatterUnknown/],
      [() => refused('getMatter', { id: 'x' }), invalid, /id/],
      [() => refused('setPresence', { id: nothing, presence: 'away' }), status.NOT_FOUND, /AgentUnknown/],
      [() => refused('setPresence', { id: nothing, presence: 'here' }), invalid, /presence.*available/],
      [() => refused('defineAgent', DefineAgentRequest.fromPartial({ handle: 'Bo' })), invalid, /HandleInvalid.*handle/],
      [() => refused('defineTeam', DefineTeamRequest.fromPartial({ team: 'Not a team' })), invalid, /team.*small letters/],
      [() => refused('defineTeam', DefineTeamRequest.fromPartial({ team: 'a', waits: '4 h' })), invalid, /waits.*ISO 8601/],
      [() => refused('removeTeam', { team: 'nowhere' }), status.NOT_FOUND, /TeamUnknown/],
      [() => refused('listQueue', { team: 'nowhere' }), status.NOT_FOUND, /TeamUnknown/],
      [() => refused('takeNext', { team: 'default', agent: 'email:who@x.example' }), status.NOT_FOUND, /AgentUnknown/],
      [() => refused('assignMatter', { id: nothing }), invalid, /an agent or a team/],
      [() => refused('listMatters', { state: 'lost' }), invalid, /state/],
      [() => refused('listMatters', { limit: 1_000 }), invalid, /limit/],
      [() => refused('listTeams', { cursor: 'x' }), invalid, /cursor/],
      [() => refused('route', { handle: 'Ann' }), invalid, /HandleInvalid.*handle/],
      [() => refused('route', { handle: ann, conversation: 'x' }), invalid, /conversation.*source/],
      [() => refused('setMatterPolicy', {}), invalid, /policy.*missing/],
    ] as const; // prettier-ignore
    for (const [ask, code, words] of cases) {
      const [is, details] = await ask();
      expect([is, details.replaceAll('\n', ' ')]).toEqual([code, expect.stringMatching(words)]);
    }
  });
});
