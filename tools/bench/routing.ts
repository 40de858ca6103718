import { setTimeout as pause } from 'node:timers/promises';
import { asked, type Ground, ground } from '../drill/ground.ts';
import { kept, type Kept } from '../drill/kept.ts';
import { type Bench, compete, type Contestant } from './bench.ts';
import { rowOf } from './figures.ts';
import { awaited } from './told.ts';

const teams = 20;
const agentsOfEach = 7;
const rate = 200;
/** So many a second are laid before it at once, to be decided as fast as it can. */
const backlog = 2_000;
/** Which matter a conversation is, what is to become of the matter, whose turn it is, who has it. */
const decisions = ['MatterChosen', 'MatterOpened', 'TurnTaken', 'MatterAssigned'] as const;
const names = {
  decided: `a backlog over ${teams} teams, decisions`,
  assigned: `${rate} customers a second, each to an agent`,
} as const;

/** Customers who each ask for something, decided on by a routing in a process of its own. */
export const routing: Bench = async ({ installation, ...setting }) => {
  const on = await ground(installation);
  const decider = kept('routing', new URL('../../services/routing/src/main.ts', import.meta.url), on.env);
  try {
    await decider.start();
    await staff(decider);
    const contestants = [
      { name: names.decided, run: decide(on) },
      { name: names.assigned, run: assign(on) },
    ];
    const slots = await compete(contestants, setting);
    const rows = contestants.map(({ name }) => rowOf(name, slots(name)));
    return {
      bench: 'routing',
      rows,
      ratios: {},
      targets: [
        { name: `decisions a second over ${teams} teams`, is: rows[0]!.perSecond, atLeast: 5_000 },
        { name: `captured → assigned at ${rate}/s, p99 ms`, is: rows[1]!.p99Ms, atMost: 200 },
      ],
    };
  } finally {
    await decider.kill();
    await on.close();
  }
};

const teamOf = (nth: number): string => `team-${nth % teams}`;

const staff = async ({ url }: Kept): Promise<void> => {
  const put = (path: string, json: unknown) => asked(url, path, json, { method: 'PUT' });
  for (let nth = 0; nth < teams; nth += 1) await put(`/v1/teams/${teamOf(nth)}`, { skills: [teamOf(nth)] });
  for (let nth = 0; nth < teams * agentsOfEach; nth += 1) {
    const json = { handle: `email:a${nth}@acme.example`, teams: [teamOf(nth)], capacity: 10_000 };
    const { id } = await asked(url, '/v1/agents', json);
    await put(`/v1/agents/${id}/presence`, { presence: 'available' });
  }
};

// What was decided before is heard of once more: that is no part of a live round.
const idle = async (on: Ground): Promise<void> => {
  while (!(await on.isCaughtUp('routing'))) await pause(20);
};

let customers = 0;
const next = () => {
  customers += 1;
  const [conversation, customer] = [String(customers), `email:c${customers}@example.com`];
  return { conversation, customer, intent: teamOf(customers), channel: 'chat', text: 'It broke.', at: new Date().toISOString() } as const; // prettier-ignore
};

const decide =
  (on: Ground): Contestant['run'] =>
  async (seconds) => {
    const say = await on.ready(Array.from({ length: Math.round(backlog * seconds) }, next));
    const told = awaited(on.ledger, decisions, await on.ledger.head());
    const begun = performance.now();
    const said = await say();
    await told.until(said.length * decisions.length);
    const ms = performance.now() - begun;
    await told.stop();
    return { done: said.length * decisions.length, ms, latencies: [] };
  };

const assign =
  (on: Ground): Contestant['run'] =>
  async (seconds) => {
    const count = Math.round(rate * seconds);
    const ready = await Promise.all(Array.from({ length: count }, () => on.ready([next()])));
    await idle(on);
    const told = awaited(on.ledger, ['MatterAssigned'], await on.ledger.head());
    const captured = new Map<string, number>();
    const begun = performance.now();
    const saying: Promise<void>[] = [];
    for (const [nth, say] of ready.entries()) {
      const due = begun + (nth * 1_000) / rate;
      await pause(Math.max(0, due - performance.now()));
      saying.push(say().then(([said]) => void captured.set(said!.interaction, performance.now())));
    }
    await Promise.all(saying);
    await told.until(count);
    const ms = performance.now() - begun;
    await told.stop();
    return { done: count, ms, latencies: told.all().map(({ because, at }) => at - captured.get(because)!) };
  };
