import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefineAgentRequest } from '@throughline/contracts/gen/throughline/routing/v1/agent';
import { DefineCalendarRequest } from '@throughline/contracts/gen/throughline/routing/v1/calendar';
import { PromisePolicy, SetPromisePolicyRequest } from '@throughline/contracts/gen/throughline/routing/v1/policy';
import { DefineTeamRequest } from '@throughline/contracts/gen/throughline/routing/v1/team';
import { timestampOf } from '@throughline/host';
import { eventually } from '@throughline/testing';
import { asking, told, type Told } from './asking.ts';
import { as, type Calling, calling, flat } from './calling.ts';
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
let routing: Calling;
const call: Calling['call'] = (...asked) => routing.call(...asked);
const refused: Calling['refused'] = (...asked) => routing.refused(...asked);
beforeAll(async () => {
  server = await standalone();
  get = told(asking(server.url));
  routing = calling(server.grpc);
}, 90_000);
afterAll(async () => {
  routing.close();
  await server.kill();
});

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

const ofSunday = (span: { from: string; to: string }): DefineCalendarRequest =>
  DefineCalendarRequest.fromPartial({ calendar: 'a', zone: 'UTC', hours: { sunday: [span] } });
const promising = (rule: { within?: string; calendar?: string }): SetPromisePolicyRequest =>
  SetPromisePolicyRequest.fromPartial({ policy: { rules: [rule] } });

describe('routing over gRPC', () => {
  it('knows the teams and agents that REST knows, and the other way round', async () => {
    const team = { team: 'support', name: 'Support', channels: ['chat'], waits: 'P1D', fallback: { handle: cy } };
    await call('defineAgent', DefineAgentRequest.fromPartial({ handle: cy }));
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

  it('makes a customer of who calls and said nothing yet, once, known by the number', async () => {
    const handle = 'tel:+14155550199';
    const remembered = async () =>
      (await get<string>('/v1/events')).split('\n').filter((line) => line.includes('HandleRemembered')).length;
    const before = await remembered();
    const ring = { json: { handle, source: 'acme-phone', conversation: 'call-2' } };
    const { matter } = await get<Shown>('/v1/route', ring);
    await get('/v1/route', ring);
    const { customer: id } = await get<Shown>(`/v1/matters/${String(matter)}`);
    const path = `/v1/customers/${String(id)}`;
    const page = await eventually(() => get<Shown>(path));
    expect(page).toMatchObject({ id, handles: [{ id, handle }], owner: null, entries: 0 });
    expect(page).not.toHaveProperty('lastAt');
    expect((await get<Page<object>>(`${path}/timeline`)).items).toEqual([]);
    const brief = await get<Shown>(`/v1/brief?handle=${encodeURIComponent(handle)}`);
    expect(brief).toMatchObject({ customer: { id }, lastTalkedAbout: { answer: null, reason: expect.any(String) } });
    for (const query of ['limit=100', 'q=14155550199'])
      await eventually(async () => {
        const { items } = await get<Page<Shown>>(`/v1/customers?${query}`);
        expect(items.map((one) => one.id)).toContain(id);
      });
    await get('/v1/route', { json: { handle } });
    expect(await remembered()).toBe(before + 1);
    // Whoever is erased, and calls again, is somebody new.
    await get(path, { method: 'DELETE' });
    await eventually(async () => expect(await get(path)).toMatchObject({ handles: [], erasedAt: expect.any(String) }));
    const { matter: another } = await get<Shown>('/v1/route', { json: { handle } });
    const { customer } = await get<Shown>(`/v1/matters/${String(another)}`);
    expect(customer).not.toBe(id);
    expect(await eventually(() => get(`/v1/customers/${String(customer)}`))).toMatchObject({ handles: [{ handle }] });
  });

  it('takes matters apart and puts them together', async () => {
    const from = 'email:gil@example.com';
    const { id } = await said(from);
    expect((await said(from)).id).toBe(id);
    const conversations = await eventually(async () => {
      const { matter } = await call('getMatter', { id });
      expect(matter!.conversations).toHaveLength(2);
      return matter!.conversations;
    });
    const split = await call('splitMatter', { id, conversation: conversations[0]!.id });
    await eventually(async () => expect(await listed(`customer=${from}`)).toHaveLength(2));
    await call('joinMatter', { id: split.matter, into: id });
    await eventually(async () => expect(await listed(`customer=${from}`)).toMatchObject([{ id }]));
  });

  it('tells what is promised, and lets it wait for the customer', async () => {
    const { id } = await said('email:hal@example.com', 'dueAt');
    const { matter } = await call('getMatter', { id });
    const customerId = matter!.customer;
    const { items } = await call('listPromises', { customerId });
    expect(items).toMatchObject([{ matter: id, target: 'first-response', state: 'open', breached: false }]);
    const path = `/v1/customers/${customerId}/promises`;
    expect(flat(items)).toEqual(flat((await get<Page<object>>(path)).items));
    const key = as({ 'idempotency-key': 'waits' });
    const { position } = await call('waitForCustomer', { id }, key);
    expect((await call('waitForCustomer', { id }, key)).position).toBe(position);
    const paused = await call('listPromises', { customerId, minPosition: position });
    expect(paused.items).toMatchObject([{ id: items[0]!.id, state: 'paused', paused: { left: expect.any(String) } }]);
    await call('closeMatter', { id });
    expect(await refused('waitForCustomer', { id })).toEqual([
      status.FAILED_PRECONDITION,
      expect.stringContaining('NothingPromised'),
    ]);
  });

  it('keeps calendars, and what is promised by them', async () => {
    const [morning, afternoon] = [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '18:00' },
    ];
    const berlin = { calendar: 'berlin', zone: 'Europe/Berlin', holidays: ['2026-12-25'] };
    const asked = DefineCalendarRequest.fromPartial({ ...berlin, hours: { monday: [morning, afternoon] } });
    const { position } = await call('defineCalendar', asked);
    expect((await call('defineCalendar', asked)).position).toBe(position);
    const { items } = await call('listCalendars', { minPosition: position });
    expect(items.map(({ calendar, version }) => [calendar, version])).toEqual([
      ['always', 0],
      ['berlin', 1],
      ['business', 0],
    ]);
    expect(flat(items[1]!)).toEqual({ ...berlin, version: 1, hours: { monday: [morning, afternoon] } });
    expect(flat(items)).toEqual(flat((await get<Page<object>>('/v1/calendars')).items));
    const first = await call('listCalendars', { limit: 2 });
    expect((await call('listCalendars', { cursor: first.nextCursor })).items).toEqual(items.slice(2));

    const usual = await call('getPromisePolicy', {});
    expect({ ...(flat(usual.policy) as object), version: 0 }).toEqual(await get('/v1/policies/promise'));
    const rule = { channels: ['chat'], within: 'PT5M', calendar: 'berlin', automatic: 'meets' };
    const policy = PromisePolicy.fromPartial({ rules: [rule, { targets: ['next-response'] }] });
    const set = await call('setPromisePolicy', { policy });
    expect(await call('getPromisePolicy', { minPosition: set.position })).toEqual({
      policy: {
        rules: [policy.rules[0], { ...policy.rules[1], calendar: 'always', automatic: 'ignored' }],
      },
      version: 1,
    });
    const nothingAtAll = await call('setPromisePolicy', { policy: { rules: [] } });
    expect(await get(`/v1/policies/promise?minPosition=${nothingAtAll.position}`)).toEqual({ rules: [], version: 2 });
  });

  it('lets tasks rest, and gives them to somebody else', async () => {
    const { id: matter } = await said('email:ida@example.com');
    const customerId = (await call('getMatter', { id: matter })).matter!.customer;
    const due = timestampOf('2199-01-04T09:00:00Z');
    const { id } = await call('scheduleTask', { customerId, what: 'Call her', owner: bo, due });
    const until = timestampOf('2199-01-02T09:00:00Z');
    const key = as({ 'idempotency-key': 'rests' });
    const rests = await call('snoozeTask', { id, until }, key);
    expect(await call('snoozeTask', { id, until }, key)).toEqual(rests);
    const { position } = await call('handOnTask', { id, owner: 'email:di@acme.example', name: 'Di' });
    expect((await get<Page<object>>(`/v1/tasks?state=snoozed&minPosition=${position}`)).items).toMatchObject([
      { id, snoozedUntil: '2199-01-02T09:00:00Z', owner: { handle: 'email:di@acme.example', name: 'Di' } },
    ]);
    await call('completeTask', { id });
    for (const refusal of [refused('snoozeTask', { id, until: due }), refused('handOnTask', { id, owner: bo })])
      expect(await refusal).toEqual([status.FAILED_PRECONDITION, expect.stringContaining('TaskDone')]);
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
      [() => refused('listPromises', { customerId: nothing }), status.NOT_FOUND, /CustomerUnknown/],
      [() => refused('listPromises', { customerId: 'x' }), invalid, /id/],
      [() => refused('listPromises', { customerId: nothing, state: 'late' }), invalid, /state.*all/],
      [() => refused('waitForCustomer', { id: nothing }), status.NOT_FOUND, /MatterUnknown/],
      [() => refused('defineCalendar', DefineCalendarRequest.fromPartial({ calendar: 'A b' })), invalid, /calendar.*small letters/],
      [() => refused('defineCalendar', DefineCalendarRequest.fromPartial({ calendar: 'a', zone: 'UTC' })), invalid, /hours.*missing/],
      [() => refused('defineCalendar', DefineCalendarRequest.fromPartial({ calendar: 'a', zone: 'UTC', hours: {} })), invalid, /CalendarInvalid.*hours.*no working time/],
      [() => refused('defineCalendar', ofSunday({ from: '9', to: '12:00' })), invalid, /hours\.sunday\[0\]\.from.*time of day/],
      [() => refused('defineCalendar', ofSunday({ from: '12:00', to: '09:00' })), invalid, /hours\.sunday\[0\]\.to.*not after/],
      [() => refused('listCalendars', { cursor: 'x' }), invalid, /cursor/],
      [() => refused('setPromisePolicy', {}), invalid, /policy.*missing/],
      [() => refused('setPromisePolicy', promising({ within: '4 h' })), invalid, /policy\.rules\[0\]\.within.*ISO 8601/],
      [() => refused('setPromisePolicy', promising({ calendar: 'none' })), invalid, /CalendarUnknown.*policy\.rules\[0\]\.calendar/],
      [() => refused('snoozeTask', { id: nothing, until: timestampOf('2199-01-02T09:00:00Z') }), status.NOT_FOUND, /TaskUnknown/],
      [() => refused('snoozeTask', { id: nothing }), invalid, /until.*missing/],
      [() => refused('handOnTask', { id: nothing, owner: bo }), status.NOT_FOUND, /TaskUnknown/],
      [() => refused('handOnTask', { id: nothing, owner: 'Bo' }), invalid, /HandleInvalid.*owner/],
      [() => refused('handOnTask', { id: 'x', owner: bo }), invalid, /id/],
    ] as const; // prettier-ignore
    for (const [ask, code, words] of cases) {
      const [is, details] = await ask();
      expect([is, details]).toEqual([code, expect.stringMatching(words)]);
    }
  });
});
