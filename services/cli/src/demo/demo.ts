import { randomUUID } from 'node:crypto';
import type { Client } from '../client.ts';
import type { Brief } from '../commands/brief.ts';
import { when } from '../output.ts';
import { patiently } from '../patience.ts';
import { crmSettings, type DemoCrm, type Kept } from './crm.ts';

/** Who is in it; all of it is made up. */
export const ann = { handle: 'email:ann@demo.example', name: 'Ann Lee' };
export const maria = { handle: 'email:maria@throughline.example', name: 'Maria' };

/** What her contact in the CRM says. */
export const contact = {
  id: '501',
  mail: 'ann@demo.example',
  owner: { mail: 'maria@throughline.example', name: 'Maria' },
  tier: 'gold',
  value: 12_000,
  renewal: '2027-03-01',
};

/** One step of the loop, with the events that it is made of. */
export type Step = { readonly step: string; readonly says: string; readonly events: readonly string[] };

type Written = { readonly id: string; readonly position: number };
type Entry = { readonly id: string; readonly type: string; readonly position: number; readonly conversation?: string };

const withinMs = 60_000;
const soonMs = 15_000;

/** Asks until it is so; throws what was still missing after a minute. */
const until = async <Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> => {
  const value = await patiently(withinMs, ask);
  if (value === undefined) throw new Error(`${what} did not come within a minute; \`throughline doctor\` says why`);
  return value;
};

/** Makes what the loop needs: a tenant, a team with somebody in it, a CRM. Answers the connection. */
export const prepare = async (client: Client, tenant: string, crm: DemoCrm): Promise<string> => {
  await client.ask('/v1/tenants', { method: 'POST', json: { name: tenant } });
  await client.ask('/v1/teams/service', { method: 'PUT', json: { name: 'Service', waits: 'PT1H' } });
  const { id } = await client.ask<{ id: string }>('/v1/agents', {
    method: 'POST',
    json: { ...maria, teams: ['service'], capacity: 1_000 },
  });
  await client.ask(`/v1/agents/${id}/presence`, { method: 'PUT', json: { presence: 'available' } });
  const connection = await client.ask<{ id: string }>('/v1/connections', {
    method: 'POST',
    json: {
      name: `demo-${new URL(crm.url).port}-${randomUUID().slice(0, 4)}`,
      crm: 'http',
      url: crm.url,
      secret: 'made-up',
      allowPrivate: true,
      settings: crmSettings,
    },
  });
  return connection.id;
};

/** What the steps do and look at, in one run: everything that is said is in one conversation of its own. */
const stage = (client: Client) => {
  const run = randomUUID().slice(0, 8);
  let began = 0;
  const briefOf = (minPosition = began) =>
    client.ask<Brief>('/v1/brief', { query: { handle: ann.handle, minPosition } });
  const entries = async (): Promise<Entry[]> => {
    const { customer } = await briefOf();
    const query = { type: 'all', limit: 100 };
    const { items } = await client.ask<{ items: Entry[] }>(`/v1/customers/${customer.id}/timeline`, { query });
    return items.filter(({ position }) => position >= began);
  };
  return {
    client,
    briefOf,
    say: async (key: string, more: object): Promise<Written> => {
      const told = { source: 'demo', channel: 'chat', kind: 'support', conversation: `demo-${run}`, ...more };
      const json = { ...told, key: `${run}-${key}`, occurredAt: new Date().toISOString() };
      const written = await client.ask<Written>('/v1/interactions', { method: 'POST', json });
      began ||= written.position;
      return written;
    },
    /** The newest line of a type in this run. */
    entryOf: (type: string) =>
      until(`an entry “${type}”`, async () => (await entries()).find((entry) => entry.type === type)),
  };
};

type Stage = ReturnType<typeof stage>;

async function* ask({ say }: Stage): AsyncGenerator<Step, void, void> {
  const text = 'My screen broke this morning. Can I have another one?';
  const { id } = await say('1', { direction: 'inbound', text, participants: [{ role: 'customer', ...ann }] });
  yield { step: 'message in', says: `“${text}”`, events: [id] };
}

async function* decide({ briefOf, entryOf }: Stage): AsyncGenerator<Step, boolean, void> {
  const { answer, events } = await until('an owner', async () => {
    const { responsible } = await briefOf();
    return responsible.answer?.of === 'matter' && responsible.answer.owner ? responsible : undefined;
  });
  yield { step: 'owner', says: `${answer!.owner!.name} has it`, events: events.slice(0, 1) };
  // A tenant may promise nothing.
  const promised = await patiently(soonMs, async () => {
    const { due } = (await briefOf()).responsible.answer ?? {};
    return due;
  });
  if (promised) {
    const { id } = await entryOf('promise');
    yield { step: 'deadline', says: `the answer is due ${when(promised)}`, events: [id] };
  }
  return promised !== undefined;
}

async function* answer({ say, entryOf }: Stage, isPromised: boolean): AsyncGenerator<Step, void, void> {
  const text = 'I will send you a new screen tomorrow.';
  const participants = [
    { role: 'agent', ...maria },
    { role: 'customer', ...ann },
  ];
  const { id } = await say('2', { direction: 'outbound', text, participants });
  const met = isPromised ? [(await entryOf('promise-met')).id] : [];
  yield { step: 'answer', says: `“${text}”${isPromised ? ', in time' : ''}`, events: [id, ...met] };
}

// What Maria wrote down before she ended it.
const decided = 'She gets another screen.';
const whatNext = 'Send Ann a new screen';
const dueInMs = 86_400_000;

async function* note({ client, briefOf }: Stage): AsyncGenerator<Step, void, void> {
  const { customer } = await briefOf();
  const due = new Date(Date.now() + dueInMs).toISOString();
  const json = { decided, nextStep: { what: whatNext, owner: maria.handle, due } };
  const written = { method: 'POST', json } as const;
  const { id, position } = await client.ask<Written>(`/v1/customers/${customer.id}/notes`, written);
  // What it comes to is known before the conversation ends, so that the CRM is told of it.
  await until('the next step', async () => (await briefOf(position)).nextStep.answer?.task);
  yield { step: 'note', says: `${maria.name}: ${whatNext}, by ${when(due)}`, events: [id] };
}

async function* end({ client, entryOf }: Stage): AsyncGenerator<Step, void, void> {
  const { conversation } = await entryOf('interaction');
  const json = { outcome: 'resolved' };
  const path = `/v1/conversations/${conversation}/end`;
  const { event } = await client.ask<{ event: string }>(path, { method: 'POST', json });
  const closed = await entryOf('matter-closed');
  yield { step: 'end', says: 'resolved; the matter is closed', events: [event, closed.id] };
}

async function* writeBack({ entryOf }: Stage, crm: DemoCrm): AsyncGenerator<Step, void, void> {
  const { id, contact, record } = await until('a record in the CRM', async () => crm.records.find(isSummary));
  const field = await until(
    "the contact's next step",
    async () => crm.records.find(hasNextStep)?.record.nextStep?.what,
  );
  const delivered = await entryOf('delivered');
  // Its lines that say what is what: Problem, Promise, Next step, Outcome.
  const told = (record.body ?? '').split('\n').filter((line) => /^[A-Z][a-z ]+: /.test(line));
  yield {
    step: 'in the CRM',
    says: [`record ${id} of contact ${contact}`, ...told, `next step in its field: ${field}`].join(' · '),
    events: [delivered.id],
  };
}

const isSummary = ({ record }: Kept): boolean => record.is === 'activity';
const hasNextStep = ({ record }: Kept): boolean => record.nextStep?.what !== undefined;

/** Walks the loop once, and tells each step as it happens; what it comes to is the brief. */
export async function* loop(client: Client, crm: DemoCrm): AsyncGenerator<Step, Brief, void> {
  const on = stage(client);
  yield* ask(on);
  yield* answer(on, yield* decide(on));
  yield* note(on);
  yield* end(on);
  yield* writeBack(on, crm);
  return until('what the CRM knows', async () => {
    const brief = await on.briefOf();
    return brief.crm.answer && brief.nextStep.answer ? brief : undefined;
  });
}
