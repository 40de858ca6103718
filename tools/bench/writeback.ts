import { setTimeout as pause } from 'node:timers/promises';
import { crms } from '@throughline/crm-writeback';
import { fakeEndpoint, signingKey } from '@throughline/testing';
import { asked, type Ground, ground, momentOf } from '../drill/ground.ts';
import { kept } from '../drill/kept.ts';
import { type Bench, compete, type Contestant } from './bench.ts';
import { rowOf } from './figures.ts';

const rate = 5;
/** So many a second end at once: more than the CRM lets be written. */
const backlog = 30;
const contacts = 1_000;
const patienceMs = 120_000;
const quota = crms.get('http')!.can.perSecond;
const names = {
  ended: `${rate} conversations a second, each until it is in the CRM`,
  asked: `a backlog, requests to a CRM that allows ${quota} a second`,
} as const;

type Fake = ReturnType<typeof fakeEndpoint>;

/** Conversations that end, written back by a crm-writeback in a process of its own to a CRM on loopback. */
export const writeback: Bench = async ({ installation, ...setting }) => {
  const people = Array.from({ length: contacts }, (_, nth) => ({
    id: String(1_000 + nth),
    mail: `c${nth}@example.com`,
  }));
  const crm = fakeEndpoint({ people });
  const on = await ground(installation);
  const writer = kept('crm-writeback', new URL('../../services/crm-writeback/src/main.ts', import.meta.url), on.env);
  try {
    await crm.fake.start();
    await writer.start();
    const json = { name: 'crm', crm: 'http', url: crm.fake.url, secret: signingKey, settings: crm.settings, allowPrivate: true }; // prettier-ignore
    await asked(writer.url, '/v1/connections', json);
    const contestants = [
      { name: names.ended, run: end(on, crm) },
      { name: names.asked, run: ask(on, crm) },
    ];
    const slots = await compete(contestants, setting);
    const rows = contestants.map(({ name }) => rowOf(name, slots(name)));
    return {
      bench: 'writeback',
      rows,
      ratios: { quota: rows[1]!.perSecond / quota },
      targets: [
        { name: `ended → in the CRM at ${rate}/s, p99 ms`, is: rows[0]!.p99Ms, atMost: 2_000 },
        { name: 'requests a second ÷ what the CRM allows', is: rows[1]!.perSecond / quota, atLeast: 0.9 },
      ],
    };
  } finally {
    await writer.kill();
    await crm.fake.stop();
    await on.close();
  }
};

let sessions = 0;
const next = () => {
  sessions += 1;
  const customer = `email:c${sessions % contacts}@example.com`;
  return { conversation: String(sessions), customer, channel: 'chat', text: 'It broke.', at: momentOf(sessions), ends: true } as const; // prettier-ignore
};

const activitiesOf = ({ records }: Fake) => records.filter(({ record }) => record.is === 'activity');

const settled = async (on: Ground): Promise<void> => {
  for (const deadline = performance.now() + patienceMs; ; await pause(20)) {
    const { rows } = await on.projectorDb.query<{ open: number }>(
      `select count(*)::int as open from writeback.delivery where state = 'open'`,
    );
    if (rows[0]!.open === 0 && (await on.isCaughtUp('writeback'))) return;
    if (performance.now() > deadline) throw new Error(`${rows[0]!.open} deliveries are still open`);
  }
};

const end =
  (on: Ground, crm: Fake): Contestant['run'] =>
  async (seconds) => {
    const count = Math.max(1, Math.round(rate * seconds));
    const before = activitiesOf(crm).length;
    const begun = performance.now();
    const endedAt = new Map<string, number>();
    for (let nth = 0; nth < count; nth += 1) {
      const due = begun + (nth * 1_000) / rate;
      await pause(Math.max(0, due - performance.now()));
      const said = next();
      await on.sayAll([said]);
      endedAt.set(said.at, Date.now());
    }
    await settled(on);
    const ms = performance.now() - begun;
    const written = activitiesOf(crm).slice(before);
    return {
      done: written.length,
      ms,
      latencies: written.map(({ record, made }) => made - endedAt.get(record.from!)!),
    };
  };

/** The requests that are made while there is always more to write. */
const ask =
  (on: Ground, { fake }: Fake): Contestant['run'] =>
  async (seconds) => {
    await on.sayAll(Array.from({ length: Math.ceil(backlog * seconds) }, next));
    await pause(500);
    const [before, begun] = [fake.asked.length, performance.now()];
    await pause(seconds * 1_000);
    const slot = { done: fake.asked.length - before, ms: performance.now() - begun, latencies: [] };
    await settled(on);
    return slot;
  };
