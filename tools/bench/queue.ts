import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type DataOf, type EventName, streamOf } from '@throughline/contracts';
import type { NewEvent } from '@throughline/ledger';
import { type Ground, ground } from '../drill/ground.ts';
import { kept, type Kept } from '../drill/kept.ts';
import { type Bench, callers, compete, type Contestant } from './bench.ts';
import { tenant } from './events.ts';
import { rowOf } from './figures.ts';

/** Matters that were open at the moment that is asked about, and are closed since. */
const usual = 20_000;
/** One of so many waited in the queue; agents had the others. */
const perWaiting = 20;
const batch = 500;
const queue = '/v1/queues/default';
const names = {
  now: 'a page of a queue, now',
  known: 'as of what was recorded, since when all were closed',
  happened: 'as of what had happened, since when all were closed',
} as const;

/** A queue as of a moment after which many matters changed, from a routing in a process of its own. */
export const queues: Bench = async ({ installation, events: matters = usual, ...setting }) => {
  const on = await ground(installation);
  const router = kept('routing', new URL('../../services/routing/src/main.ts', import.meta.url), on.env);
  try {
    setting.log(`filling with ${matters} matters`);
    const { known, happened } = await fill(on, matters);
    await router.start();
    await caughtUp(router, await on.ledger.head());
    const contestants = [
      { name: names.now, run: asks(router, queue) },
      { name: names.known, run: asks(router, `${queue}?recordedAsOf=${known}`) },
      { name: names.happened, run: asks(router, `${queue}?asOf=${happened}`) },
    ];
    const slots = await compete(contestants, setting);
    const rows = contestants.map(({ name }) => rowOf(name, slots(name)));
    return { bench: 'queue', rows, ratios: {}, targets: [] };
  } finally {
    await router.kill();
    await on.close();
  }
};

const asks =
  ({ url }: Kept, path: string): Contestant['run'] =>
  (seconds) =>
    callers(1, seconds, async () => {
      const answer = await fetch(`${url()}${path}`, { headers: { 'x-tenant': tenant } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      await answer.json();
      return 1;
    });

const caughtUp = async ({ url }: Kept, head: bigint): Promise<void> => {
  const path = `${queue}?minPosition=${head}`;
  while (!(await fetch(`${url()}${path}`, { headers: { 'x-tenant': tenant } })).ok) await pause(100);
};

const minute = 60_000;
const began = Date.parse('2026-05-04T00:00:00Z');
const at = (nth: number): string => new Date(began + nth * minute).toISOString();

const eventOf = <Name extends EventName>(type: Name, data: DataOf<Name> & { readonly at: string }): NewEvent => ({
  id: randomUUID(),
  type,
  occurredAt: data.at,
  data: JSON.stringify(data),
  meta: '{"actor":"bench"}',
});

/** Opens all, and closes all. Answers the moment between. */
const fill = async ({ ledger }: Ground, matters: number): Promise<{ known: bigint; happened: string }> => {
  const all = Array.from({ length: matters }, (_, nth) => ({ nth, matter: randomUUID() }));
  const say = async (events: (one: (typeof all)[number]) => readonly NewEvent[]): Promise<void> => {
    for (let from = 0; from < matters; from += batch) {
      const commands = all.slice(from, from + batch).map((one) => {
        const stream = streamOf.matter(one.matter);
        return { tenant, stream, expected: 'any' as const, events: events(one) };
      });
      await ledger.append(commands);
    }
  };
  await say(openedOf);
  const known = await ledger.head();
  await say(({ nth, matter }) => [
    eventOf('MatterClosed', { matter, at: at(2 * matters + nth), heard: 0, by: 'hand' }),
  ]);
  return { known, happened: at(2 * matters - 1) };
};

const asked = { channel: 'chat' } as const;
const decision: DataOf<'MatterQueued'>['decision'] = { rule: 'queue', inputs: asked, alternatives: [] };

const openedOf = ({ nth, matter }: { readonly nth: number; readonly matter: string }): NewEvent[] => {
  const [conversation, subject, agent] = [randomUUID(), randomUUID(), randomUUID()];
  const place = { matter, at: at(nth), heard: 0 };
  const turn = { team: 'default', entry: 1 };
  const [promise, interaction] = [randomUUID(), randomUUID()];
  const counted = { countedFrom: at(nth), dueAt: at(10 * nth + 1e6), within: 'PT4H' };
  const by = {
    calendar: 'always',
    calendarVersion: 0,
    tzdata: '2026a',
    policyVersion: 0,
    automatic: 'ignored',
  } as const;
  return [
    eventOf('MatterOpened', { ...place, subject, conversation, asked }),
    eventOf('MatterQueued', { ...place, ...turn, until: at(nth + 15), declined: [], decision }),
    eventOf('PromiseMade', { ...place, promise, target: 'first-response', revision: 1, subject, interaction, conversation, channel: 'chat', ...counted, ...by }), // prettier-ignore
    ...(nth % perWaiting === 0 ? [] : [eventOf('MatterAssigned', { ...place, ...turn, agent, decision })]),
  ];
};
