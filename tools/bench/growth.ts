import { setTimeout as pause } from 'node:timers/promises';
import { type Bench, callers, compete, type Contestant } from './bench.ts';
import { tenant } from './events.ts';
import { ratioOf, rowOf, type Slot } from './figures.ts';
import { fill, type Grown, seed } from './growth.fill.ts';
import { openInstallation } from './installation.ts';
import { caughtUp } from './page.ts';
import { serve } from './serve.ts';

const smallest = 100_000;
const sizes = [smallest, 1_000_000, 10_000_000];
const writers = 32;
/** What is appended makes the ledger larger: it is not to become another one while it is measured. */
const appending = 0.25;
const tailed = 20_000;
const batched = 500;
const countedMs = 1_200;
const again = 100;

const things = ['append', 'tail', 'the same again', 'first page'] as const;
type Thing = (typeof things)[number];
const nameOf = (thing: Thing, size: number): string => `${thing}, ${size.toLocaleString('en')} events`;

/**
 * A ledger that grows, beside one that stays at a hundred thousand events, in turns: appends to recent streams, the newest
 * events read, events of the whole ledger appended once more (each is known, or it fails), and first pages.
 */
export const growth: Bench = async ({ installation, events = sizes.at(-1)!, ...setting }) => {
  const { log } = setting;
  const other = await openInstallation();
  const rounds = new Map<string, readonly Slot[]>();
  const open: Grown[] = [];
  try {
    const small = await seed(other);
    open.push(small);
    const large = await seed(installation);
    open.push(large);
    log('filling');
    await fill(small, smallest, log);
    const grown = [...sizes.filter((size) => size > smallest && size < events), Math.max(events, smallest * 2)];
    for (const size of grown) {
      await fill(large, size, log);
      log(`measuring at ${size}`);
      for (const [name, slots] of await measured({ small, large, size, setting })) rounds.set(name, slots);
      log('filling');
    }
    return reportOf(rounds, grown);
  } finally {
    await Promise.all(open.map((one) => one.close()));
    await other.stop();
  }
};

type Stage = {
  readonly small: Grown;
  readonly large: Grown;
  readonly size: number;
  readonly setting: Omit<Parameters<Bench>[0], 'installation'>;
};

/** What both were measured at. The small one's rounds are under its name and the large one's size. */
const measured = async ({ small, large, size, setting }: Stage): Promise<ReadonlyMap<string, readonly Slot[]>> => {
  const both = [
    { at: besideOf(size), grown: small },
    { at: String(size), grown: large },
  ];
  for (const { grown } of both) await steady(grown, setting.log);
  const ledgers = await compete(both.flatMap(({ at, grown }) => ledgerContestants(at, grown)), setting); // prettier-ignore
  const served = await Promise.all(both.map(async (one) => ({ ...one, page: await pages(one.grown) })));
  try {
    const read = await compete(served.map(({ at, page }) => ({ name: `first page ${at}`, run: page.run })), setting); // prettier-ignore
    return new Map(
      both.flatMap(({ at }) => things.map((thing) => [`${thing} ${at}`, (thing === 'first page' ? read : ledgers)(`${thing} ${at}`)] as const)),
    ); // prettier-ignore
  } finally {
    await Promise.all(served.map(({ page }) => page.stop()));
  }
};

/** So few whole pages an event are logged where those that appends touch were all logged since the last checkpoint. */
const warm = 0.05;
const most = 300_000;
const perLook = 5_000;

/**
 * Appends to recent streams until the server is as it is between two checkpoints: after one it logs each page whole once
 * more, and the first appends to indexes with keys in no order find another page each. The filling ended with one.
 */
const steady = async ({ ledger, supply, vault, superuser }: Grown, log: (line: string) => void): Promise<void> => {
  const logged = async () => {
    // What a session did is counted a second later at most.
    await pause(countedMs);
    const { rows } = await superuser.query<{ pages: bigint }>('select wal_fpi as pages from pg_stat_wal');
    return Number(rows[0]!.pages);
  };
  let pages = await logged();
  for (let done = 0; done < most; done += perLook) {
    for (let n = 0; n < perLook; n += batched) {
      const made = Array.from({ length: batched }, () => supply.fresh());
      const sealed = await vault.seal(
        tenant,
        made.map(({ draft }) => draft),
      );
      await ledger.append(
        sealed.map(({ event, sealedUnder }, at) => {
          const { stream } = made[at]!;
          return { tenant, stream, expected: 'any', events: [event], sealedUnder };
        }),
      );
    }
    const before = pages;
    pages = await logged();
    log(`warming up: ${((pages - before) / perLook).toFixed(2)} whole pages an event`);
    if (pages - before < warm * perLook) return;
  }
  throw new Error(`after ${most} appends the server still logs whole pages`);
};

const besideOf = (size: number): string => `beside ${size}`;

const ledgerContestants = (at: string, { ledger, supply, vault, superuser }: Grown): readonly Contestant[] => [
  {
    name: `append ${at}`,
    run: (seconds) =>
      callers(writers, seconds * appending, async () => {
        const { stream, draft } = supply.fresh();
        const [sealed] = await vault.seal(tenant, [draft]);
        const { event, sealedUnder } = sealed!;
        const [outcome] = await ledger.append([{ tenant, stream, expected: 'any', events: [event], sealedUnder }]);
        if (outcome?.is !== 'appended') throw new Error(`not appended: ${outcome?.is}`);
        return 1;
      }),
  },
  {
    name: `tail ${at}`,
    run: async (seconds) => {
      const from = (await ledger.head()) - BigInt(tailed);
      let position = from;
      return callers(1, seconds, async () => {
        const events = await ledger.tail(position, { limit: 500 });
        position = events.at(-1)?.position ?? from;
        return events.length;
      });
    },
  },
  {
    name: `the same again ${at}`,
    run: (seconds) =>
      callers(1, seconds, async () => {
        const { rows } = await superuser.query<Known>(anyOf, [again]);
        const outcomes = await ledger.append(
          rows.map(({ tenant, stream, ...event }) => ({ tenant, stream, expected: 'any', events: [event] })),
        );
        const other = outcomes.find(({ is }) => is !== 'duplicate');
        if (other) throw new Error(`an event that is known was ${other.is}`);
        return outcomes.length;
      }),
  },
];

type Known = {
  tenant: string;
  stream: string;
  id: string;
  type: string;
  occurredAt: string;
  data: string;
  meta: string;
};

const anyOf = `select tenant, stream, event_id as id, type, occurred_at as "occurredAt", data::text, meta::text
  from (select distinct 1 + floor(random() * (select max(last_position) from ledger.batch))::bigint as position
    from generate_series(1, $1)) p join ledger.event using (position)`;

/** First pages over HTTP, of one customer after the other, from a timeline in a process of its own. */
const pages = async ({ installation, customers, ledger }: Grown) => {
  const served = await serve(installation, 'timeline');
  await caughtUp(served, Number(await ledger.head()));
  const paths = customers.map((id) => `/v1/customers/${id}/timeline`);
  return { stop: served.stop, run: (seconds: number) => served.read(paths, seconds) };
};

const limits: Readonly<Record<Thing, number | undefined>> = { append: 1.3, tail: 1.3, 'the same again': undefined, 'first page': 1.2 }; // prettier-ignore

const reportOf = (rounds: ReadonlyMap<string, readonly Slot[]>, grown: readonly number[]) => {
  const last = grown.at(-1)!;
  const slots = (thing: Thing, at: string) => rounds.get(`${thing} ${at}`)!;
  const times = (thing: Thing, size: number) => ratioOf(slots(thing, besideOf(size)), slots(thing, String(size)));
  return {
    bench: 'growth',
    rows: things.flatMap((thing) => [
      rowOf(nameOf(thing, smallest), slots(thing, besideOf(last))),
      ...grown.map((size) => rowOf(nameOf(thing, size), slots(thing, String(size)))),
    ]),
    ratios: Object.fromEntries(things.flatMap((thing) => grown.map((size) => [nameOf(thing, size), 1 / times(thing, size)]))), // prettier-ignore
    targets: things.flatMap((thing) => {
      const atMost = limits[thing];
      const name = `time of ${thing} at ${last.toLocaleString('en')} ÷ at ${smallest.toLocaleString('en')}`;
      return atMost === undefined ? [] : [{ name, is: times(thing, last), atMost }];
    }),
  };
};
