import { setTimeout as wait } from 'node:timers/promises';
import { ledgerFeed } from '@throughline/feed';
import { type Rebuild, run } from '@throughline/read-model';
import { type Bench, compete } from './bench.ts';
import { ratioOf, rowOf, type Slot } from './figures.ts';
import { lines, onGround, size } from './project.ts';
import { insertSelect } from './project.rivals.ts';

const ours = 'lines of timelines, beside the live ones';
const ceiling = 'lines, INSERT … SELECT in SQL';
const lookMs = 10;

/** How fast rows are made anew beside the live ones, against the same rows made by SQL alone. */
export const rebuild: Bench = async ({ installation, ...setting }) =>
  onGround(installation, async ({ ledger, owner, db }) => {
    const running = run(lines, { feed: ledgerFeed(ledger), ledger, db });
    await running.following.waitFor(BigInt(size), 600_000);
    const slots = await compete(
      [
        { name: ours, run: (seconds) => rebuilt(running.rebuild, seconds) },
        { name: ceiling, run: (seconds) => insertSelect(owner, size, seconds) },
      ],
      setting,
    );
    await running.stop();
    const ratios = { [ceiling]: ratioOf(slots(ours), slots(ceiling)) };
    const rows = [ours, ceiling].map((name) => rowOf(name, slots(name)));
    return { bench: 'rebuild', rows, ratios, targets: [{ name: `÷ ${ceiling}`, is: ratios[ceiling], atLeast: 0.5 }] };
  });

/** From the making of the tables on, as many events as there is time for. */
const rebuilt = async (beside: Rebuild, seconds: number): Promise<Slot> => {
  const begun = performance.now();
  let { position } = await beside.begin();
  const spent = () => performance.now() - begun;
  while (position < BigInt(size) && spent() < seconds * 1_000) {
    await wait(lookMs);
    ({ position } = (await beside.attend())!);
  }
  const slot = { done: Number(position), ms: spent(), latencies: [] };
  await beside.discard();
  return slot;
};
