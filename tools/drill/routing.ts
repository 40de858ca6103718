import { setTimeout as pause } from 'node:timers/promises';
import { type DataOf, type EventName, parseStored } from '@throughline/contracts';
import type { StoredEvent } from '@throughline/ledger';
import type { Drill, Setting } from './drill.ts';
import { asked, type Ground, ground, until } from './ground.ts';
import { chaos, kept, type Kept } from './kept.ts';

const everyMs = 2_000;
const restMs = 600_000;
const replicas = 2;
const agents = 7;
/** One in so many writes to a team that nobody is in: its queue has a deadline, and then somebody who has it. */
const toNobody = 5;

/**
 * What customers begin has one owner: two replicas of routing decide, while they are killed again and again, and frozen
 * for a while, which must change nothing.
 */
export const routing: Drill = async (setting) => {
  const { minutes, tell = () => undefined } = setting;
  const began = performance.now();
  const on = await ground(setting);
  const main = new URL('../../services/routing/src/main.ts', import.meta.url);
  const deciders = Array.from({ length: replicas }, (_, nth) => kept(`replica ${nth + 1}`, main, on.env));
  try {
    await Promise.all(deciders.map(({ start }) => start()));
    await staff(deciders[0]!);
    tell('everything is up');
    const working = talk(on, setting);
    const blows = [...deciders.map((to) => ({ to, by: 'kill' as const })), { to: deciders[0]!, by: 'freeze' as const }];
    const least = Math.ceil((minutes * 60_000) / everyMs / blows.length / 2);
    const struck = await chaos(blows, { everyMs, least, working }, tell);
    const acked = await working;
    await until(() => settled(on, acked.length), restMs, tell);
    const { faults, ...beside } = await judged(on, acked);
    return { faults, beside: { ...beside, struck, seconds: Math.round((performance.now() - began) / 1_000) } };
  } finally {
    await Promise.all(deciders.map(({ kill }) => kill()));
    await on.close();
  }
};

const staff = async ({ url }: Kept): Promise<void> => {
  const put = (path: string, json: unknown) => asked(url, path, json, { method: 'PUT' });
  await put('/v1/teams/support', { channels: ['chat'] });
  await asked(url, '/v1/agents', { handle: 'email:night@acme.example' });
  await put('/v1/teams/night', { channels: ['sms'], waits: 'PT5S', fallback: { handle: 'email:night@acme.example' } });
  for (let nth = 0; nth < agents; nth += 1) {
    const json = { handle: `email:a${nth}@acme.example`, teams: ['support'], capacity: 10_000 };
    const { id } = await asked(url, '/v1/agents', json);
    await put(`/v1/agents/${id}/presence`, { presence: 'available' });
  }
};

/** Customers who each begin one conversation; those conversations that were acknowledged. */
const talk = async (on: Ground, { conversations, minutes }: Setting): Promise<string[]> => {
  const acked: string[] = [];
  const began = performance.now();
  for (let nth = 0; nth < conversations; nth += 1) {
    const channel = nth % toNobody === toNobody - 1 ? 'sms' : 'chat';
    const at = new Date().toISOString();
    const conversation = await on.say({ conversation: String(nth), customer: `email:c${nth}@example.com`, channel, text: 'It broke.', at }); // prettier-ignore
    if (conversation !== undefined) acked.push(conversation);
    const due = began + (minutes * 60_000 * (nth + 1)) / conversations;
    await pause(Math.max(0, due - performance.now()));
  }
  return acked;
};

const settled = async (on: Ground, wanted: number): Promise<true | string> => {
  const { rows } = await on.projectorDb.query<{ all: number; owned: number }>(
    `select count(*)::int as all, (count(*) filter (where state = 'owned'))::int as owned from routing.matter`,
  );
  const { all, owned } = rows[0]!;
  if (owned >= wanted && (await on.isCaughtUp('routing'))) return true;
  return `of ${wanted} that were asked for ${all} are matters and ${owned} have an owner`;
};

/** After these a matter is nobody's, unless the next event of its stream says whose, or which queue and until when. */
const leaves = new Set(['MatterOpened', 'MatterReopened', 'MatterHandedOn', 'MatterOfferEnded']);
const places = new Set(['MatterAssigned', 'MatterQueued', 'MatterOffered']);

const countBy = <Item>(items: Iterable<Item>, keyOf: (item: Item) => string): number[] =>
  [...Map.groupBy(items, keyOf).values()].map(({ length }) => length);

const twice = (counts: readonly number[]): number => counts.filter((count) => count > 1).length;

/** What stands in the ledger against what was asked. */
const judged = async (on: Ground, acked: readonly string[]) => {
  const all: StoredEvent[] = [];
  for (let page = await on.ledger.tail(0n, { limit: 5_000 }); page.length > 0;) {
    all.push(...page.filter(({ type }) => /^(Matter|Turn)/.test(type)));
    page = await on.ledger.tail(page.at(-1)!.position, { limit: 5_000 });
  }
  const told = <Name extends EventName>(name: Name): DataOf<Name>[] =>
    all.filter(({ type }) => type === name).map((stored) => parseStored(stored).data as DataOf<Name>);
  const [chosen, opened] = [told('MatterChosen'), told('MatterOpened')];
  const [assigned, turns] = [told('MatterAssigned'), told('TurnTaken')];
  const after = new Map(all.map(({ stream, version, type }) => [`${stream} ${version}`, type]));
  const unplaced = all.filter(
    ({ type, stream, version }) => leaves.has(type) && !places.has(after.get(`${stream} ${version + 1}`) ?? ''),
  );
  const owned = new Set(assigned.map(({ matter }) => matter));
  const matterOf = new Map(chosen.map(({ conversation, matter }) => [conversation, matter]));
  const missing = acked.filter((conversation) => !owned.has(matterOf.get(conversation) ?? ''));
  const inTurn = countBy(turns, ({ agent }) => agent);
  return {
    faults: {
      acked: acked.length,
      stored: acked.length - missing.length,
      lost: missing.length,
      doubled:
        twice(countBy(chosen, ({ conversation }) => conversation)) +
        twice(countBy(opened, ({ matter }) => matter)) +
        twice(countBy(assigned, ({ matter, entry }) => `${matter} ${entry}`)) +
        twice(countBy(turns, ({ team, matter, entry }) => `${team} ${matter} ${entry}`)),
      holes: await on.holes(),
      // Events after which a matter was nobody's: without an owner, and in no queue with a deadline.
      unowned: unplaced.length,
      // Turns beyond one by which two agents of a team differ.
      unfair: Math.max(0, Math.max(...inTurn) - Math.min(...inTurn) - 1),
    },
    turns: inTurn,
    assigned: assigned.length,
  };
};
