import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fakeEndpoint, mishaps, signingKey } from '@throughline/testing';
import type { Drill, Setting } from './drill.ts';
import { asked, type Ground, ground, momentOf, until } from './ground.ts';
import { chaos, freePort, kept, type Kept } from './kept.ts';

const everyMs = 2_000;
const restMs = 600_000;
const replicas = 2;
const perContact = 12;

const peopleOf = (contacts: number) =>
  Array.from({ length: contacts }, (_, nth) => ({ id: String(1_000 + nth), mail: `c${nth}@example.com` }));

/**
 * What ends is in the CRM once: first one conversation into a CRM that fails in every way in turn, then many, while who
 * writes back and the CRM are killed again and again.
 */
export const writeback: Drill = async (setting) => {
  const { conversations, minutes, tell = () => undefined } = setting;
  const began = performance.now();
  const on = await ground(setting);
  const contacts = Math.ceil(conversations / perContact);
  const [port, journal] = [await freePort(), join(on.folder, 'crm.ndjson')];
  const crm = kept('the CRM', new URL('crm.process.ts', import.meta.url), {}, [JSON.stringify({ port, journal, contacts })]); // prettier-ignore
  const env = {
    ...on.env,
    WRITEBACK_LEASE_MS: '2000',
    WRITEBACK_TIMEOUT_MS: '2000',
    WRITEBACK_MOST_FAILURES: '100000',
  };
  const main = new URL('../../services/crm-writeback/src/main.ts', import.meta.url);
  const workers = Array.from({ length: replicas }, (_, nth) => kept(`worker ${nth + 1}`, main, env));
  try {
    await Promise.all([crm.start(), ...workers.map(({ start }) => start())]);
    tell('everything is up');
    const scripted = await script(on, workers[0]!, tell);
    await connect(workers[0]!, 'default', crm.url());
    const working = talk(on, setting, contacts);
    const blows = [...workers, crm].map((to) => ({ to, by: 'kill' as const }));
    const least = Math.ceil((minutes * 60_000) / everyMs / blows.length / 2);
    const killed = await chaos(blows, { everyMs, least, working }, tell);
    const acked = await working;
    await until(() => written(on, 'default'), restMs, tell);
    const { faults, ...beside } = await compared(on, { journal, contacts, acked });
    return {
      faults: { ...faults, ...scripted.faults },
      beside: { scripted: scripted.asked, ...beside, killed, seconds: Math.round((performance.now() - began) / 1_000) },
    };
  } finally {
    await Promise.all([crm, ...workers].map(({ kill }) => kill()));
    await on.close();
  }
};

const connect = ({ url }: Kept, tenant: string, at: string) => {
  const { settings } = fakeEndpoint();
  const json = { name: 'crm', crm: 'http', url: at, secret: signingKey, settings, allowPrivate: true };
  return asked(url, '/v1/connections', json, { tenant });
};

/** One conversation into a CRM that fails twice, is asked too much, writes and does not say so, and then works. */
const script = async (on: Ground, worker: Kept, tell: (line: string) => void) => {
  const tenant = 'scripted';
  const { fake, records } = fakeEndpoint({ people: peopleOf(1) });
  await fake.start();
  try {
    await on.makeTenant(tenant);
    await connect(worker, tenant, fake.url);
    fake.next(mishaps.refuses(500), mishaps.refuses(500), mishaps.throttles(1), mishaps.hangsAfterCommit());
    await on.say({ tenant, conversation: 'one', customer: 'email:c0@example.com', channel: 'chat', text: 'It broke.', at: momentOf(0), ends: true }); // prettier-ignore
    await until(() => written(on, tenant), restMs, tell);
    const count = records.filter(({ record }) => record.is === 'activity').length;
    const faults = {
      scriptedLost: count === 0 ? 1 : 0,
      scriptedDoubled: Math.max(count - 1, 0),
      unplayed: fake.mishaps.length,
    };
    return { faults, asked: fake.asked.map(({ method, path }) => `${method} ${path}`) };
  } finally {
    await fake.stop();
  }
};

type Ended = { readonly conversation: string; readonly at: string };

/** Conversations that begin and end, one after the other, spread over the contacts; those that were acknowledged. */
const talk = async (on: Ground, { conversations, minutes }: Setting, contacts: number): Promise<Ended[]> => {
  const ended: Ended[] = [];
  const began = performance.now();
  for (let nth = 0; nth < conversations; nth += 1) {
    const at = momentOf(nth);
    const customer = `email:c${nth % contacts}@example.com`;
    const text = `Conversation ${nth} is about something broken.`;
    const conversation = await on.say({ conversation: String(nth), customer, channel: 'chat', text, at, ends: true });
    if (conversation !== undefined) ended.push({ conversation, at });
    const due = began + (minutes * 60_000 * (nth + 1)) / conversations;
    await pause(Math.max(0, due - performance.now()));
  }
  return ended;
};

const written = async (on: Ground, tenant: string): Promise<true | string> => {
  const { rows } = await on.projectorDb.query<{ open: bigint; planned: bigint }>(
    `select count(*) filter (where state = 'open') as open, count(*) as planned from writeback.delivery where tenant = $1`,
    [tenant],
  );
  const { open, planned } = rows[0]!;
  if (planned > 0n && open === 0n && (await on.isCaughtUp('writeback'))) return true;
  return `${open} of ${planned} deliveries are open`;
};

type Comparing = { readonly journal: string; readonly contacts: number; readonly acked: readonly Ended[] };

/** What the CRM has, by its journal, against what ended. */
const compared = async (on: Ground, { journal, contacts, acked }: Comparing) => {
  const { records } = fakeEndpoint({ journal, people: peopleOf(contacts) });
  const { rows } = await on.projectorDb.query<{ conversation: string; reference: string; attempts: number }>(
    `select conversation, reference, attempts from writeback.delivery where record = 'activity' and tenant = 'default'`,
  );
  const references = new Map(rows.map((row) => [row.conversation, row.reference]));
  const activities = records.filter(({ record }) => record.is === 'activity');
  const there = Map.groupBy(activities, ({ ref }) => ref);
  const times = acked.map(({ conversation }) => there.get(references.get(conversation) ?? '')?.length ?? 0);
  const byContact = [...Map.groupBy(activities, ({ contact }) => contact).values()];
  const isDisordered = (of: typeof activities): boolean =>
    of.some(({ record: { from = '' } }, nth) => nth > 0 && from < (of[nth - 1]!.record.from ?? ''));
  return {
    faults: {
      acked: acked.length,
      stored: times.filter((time) => time > 0).length,
      lost: times.filter((time) => time === 0).length,
      doubled: times.filter((time) => time > 1).length,
      holes: await on.holes(),
      // Contacts whose conversations stand there in another order than they ended.
      disordered: byContact.filter(isDisordered).length,
    },
    attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
  };
};
