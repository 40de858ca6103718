import type { Drill } from './drill.ts';
import { inboxLoad } from './fleet.inbox.ts';
import { judged, opened, settled } from './fleet.judge.ts';
import { load } from './fleet.load.ts';
import { world } from './fleet.world.ts';
import { until } from './ground.ts';
import { type Blow, chaos } from './kept.ts';

const restMs = 900_000;
/** Longer than the leases and sessions of a frozen process last: it comes back as one that others took the place of. */
const everyMs = 12_000;

/**
 * The fleet over a real broker: interactions come in at every edge while its processes are killed and frozen, replicas
 * come and go, the broker and the database crash; which must lose nothing, double nothing, and change no order.
 */
export const fleet: Drill = async (setting) => {
  const { minutes, tell = () => undefined } = setting;
  const began = performance.now();
  const on = await world();
  try {
    await on.start();
    tell('everything is up');
    const brought = inboxLoad(on);
    const working = load(on, setting);
    const { once, more } = blowsTo(on);
    const isShort = minutes * 60_000 < everyMs * (once.length + more.length);
    const blows = isShort ? once : [...once, ...more];
    const struck = await chaos(blows, { everyMs: isShort ? everyMs / 6 : everyMs, least: 1, working }, tell);
    const { acked, repeated } = await working;
    const inbox = await brought.end();
    const all = [...acked, ...inbox.acked];
    const { sources, release } = await opened(on);
    try {
      await until(() => settled(sources, all), restMs, tell);
      await until(async () => (await brought.refused()) >= inbox.bad || 'not all is refused yet', restMs, tell);
      const { faults, ...beside } = await judged(on, sources, all, tell);
      const seconds = Math.round((performance.now() - began) / 1_000);
      const byInbox = { acked: inbox.acked.length, refused: inbox.bad };
      return { faults, beside: { ...beside, byInbox, repeated: repeated(), died: on.died(), struck, seconds } };
    } finally {
      await release();
      await brought.close();
    }
  } finally {
    await on.close();
  }
};

/**
 * Once: one process of each service is killed, and another one frozen where there are two; there is more, where there is
 * time, to kill the others as well. Neighbours in the list are of different kinds.
 */
const blowsTo = ({ replicas, extras, servers }: Awaited<ReturnType<typeof world>>): Record<'once' | 'more', Blow[]> => {
  const kill = (to: Blow['to']): Blow => ({ to, by: 'kill' });
  const freeze = (to: Blow['to']): Blow => ({ to, by: 'freeze' });
  const [first, others] = [replicas.filter(({ name }) => name.endsWith(' 1')), replicas.filter(({ name }) => !name.endsWith(' 1'))]; // prettier-ignore
  return {
    once: [
      ...first.map(kill),
      kill(servers.broker),
      ...extras.map(kill),
      kill(servers.database),
      ...others.map(freeze),
      freeze(servers.broker),
    ],
    more: others.map(kill),
  };
};
