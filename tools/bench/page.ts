import { setTimeout as pause } from 'node:timers/promises';
import { migrations as captureMigrations } from '@throughline/capture';
import { migrations as feedMigrations } from '@throughline/feed';
import { migrations as identityMigrations } from '@throughline/identity';
import { migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { migrations as timelineMigrations } from '@throughline/timeline';
import { type Bench, compete, type Contestant } from './bench.ts';
import { draftOf, handleOf, interactionOf, tenant } from './events.ts';
import { rowOf, type Slot } from './figures.ts';
import type { Installation } from './installation.ts';
import { serve, type Served } from './serve.ts';

/** How many entries the customers have whose pages are read, and all others together. */
const sizes = { busy: 100_000, quiet: 100, others: 900_000 } as const;
const numbers = { busy: 0, quiet: 1 } as const;
const perOther = 100;

const names = {
  busyPage: 'first page, 100 000 entries',
  quietPage: 'first page, 100 entries',
  busyBrief: 'brief, 100 000 entries',
  quietBrief: 'brief, 100 entries',
  knownPage: 'first page as of half of what was recorded, 100 000 entries',
  happenedPage: 'first page as of half of what happened, 100 000 entries',
  knownBrief: 'brief as of half of what was recorded, 100 000 entries',
  happenedBrief: 'brief as of half of what happened, 100 000 entries',
} as const;

/** The first page of a timeline and the brief over HTTP, from a timeline in a process of its own, for a busy and a quiet customer among a million entries. */
export const page: Bench = async ({ installation, ...setting }) => {
  const { log } = setting;
  await installation.migrate({
    ledger: ledgerMigrations,
    feed: feedMigrations,
    read_model: readModelMigrations,
    identity: identityMigrations,
    capture: captureMigrations,
    timeline: timelineMigrations,
  });
  const served = await serve(installation, 'timeline');
  try {
    log('filling');
    const ids = await fill(installation, served);
    await addOthers(installation);
    const contestant = (name: string, path: string): Contestant => ({
      name,
      run: (seconds) => served.read([path], seconds),
    });
    const busy = `/v1/customers/${ids.busy}`;
    const { known, happened } = await halfway(served, busy, sizes.quiet + sizes.busy / 2);
    const slots = await compete(
      [
        contestant(names.busyPage, `${busy}/timeline`),
        contestant(names.quietPage, `/v1/customers/${ids.quiet}/timeline`),
        contestant(names.busyBrief, `${busy}/brief`),
        contestant(names.quietBrief, `/v1/customers/${ids.quiet}/brief`),
        contestant(names.knownPage, `${busy}/timeline?recordedAsOf=${known}`),
        contestant(names.happenedPage, `${busy}/timeline?asOf=${happened}`),
        contestant(names.knownBrief, `${busy}/brief?recordedAsOf=${known}`),
        contestant(names.happenedBrief, `${busy}/brief?asOf=${happened}`),
      ],
      setting,
    );
    return reportOf(slots);
  } finally {
    await served.stop();
  }
};

/** Seals and appends what the two customers wrote, and waits until the service shows it. Answers their ids. */
const fill = async ({ urls, keys: place }: Installation, served: Served): Promise<{ busy: string; quiet: string }> => {
  const keys = await openKeyStore(place);
  const vault = new Vault(keys);
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const batch = 500;
  for (const customer of ['quiet', 'busy'] as const) {
    for (let from = 0; from < sizes[customer]; from += batch) {
      const count = Math.min(batch, sizes[customer] - from);
      const first = numbers[customer] * sizes.others + from;
      const made = Array.from({ length: count }, (_, nth) =>
        draftOf(vault, interactionOf(first + nth, numbers[customer])),
      );
      const sealed = await vault.seal(tenant, made.map(({ draft }) => draft)); // prettier-ignore
      await ledger.append(
        sealed.map(({ event, sealedUnder }, at) => ({
          tenant,
          stream: made[at]!.stream,
          expected: 'any',
          events: [event],
          sealedUnder,
        })),
      );
    }
  }
  const ids = {
    busy: vault.handleId(tenant, handleOf(numbers.busy)),
    quiet: vault.handleId(tenant, handleOf(numbers.quiet)),
  };
  await caughtUp(served, Number(await ledger.head()));
  await ledger.close();
  keys.close();
  return ids;
};

/** A position of the busy customer's, and when that happened. */
const halfway = async (served: Served, busy: string, known: number): Promise<{ known: number; happened: string }> => {
  const { items } = JSON.parse(await served.ask('GET', `${busy}/timeline?limit=1&recordedAsOf=${known}`)) as {
    items: { occurredAt: string }[];
  };
  return { known, happened: items[0]!.occurredAt };
};

/** Waits until all is projected. */
export const caughtUp = async (served: Served, head: number): Promise<void> => {
  for (;;) {
    const { projections } = JSON.parse(await served.ask('GET', '/v1/status')) as {
      projections: { position: number }[];
    };
    if (projections.every(({ position }) => position >= head)) return;
    await pause(250);
  }
};

/** Other customers' entries and lines, by SQL: they only have to be in the way. */
const addOthers = async ({ superuser }: Installation): Promise<void> => {
  const url = new URL(superuser);
  url.pathname = '/throughline';
  const db = connect({ url: url.href, application: 'bench' });
  const others = `from generate_series(1, ${sizes.others / perOther}) as customer
    cross join lateral (select md5('customer ' || customer)::uuid as handle, md5('agent ' || customer % 20)::uuid as agent) p
    cross join lateral generate_series(1, ${perOther}) as nth
    cross join lateral (select 10000000 + nth * 10000 + customer as position, md5(customer || ' ' || nth)::uuid as event,
      md5(customer || ' ' || nth / 5)::uuid as conversation, timestamptz '2026-01-01' + nth * interval '1 hour' as at) e
    cross join lateral (select * from timeline.entry where tenant = '${tenant}' limit 1) t`;
  await db.query(`insert into timeline.entry (tenant, position, event, type, stream, version, occurred_at, recorded_at, handles, data, meta)
    select t.tenant, e.position, e.event, t.type, 'conversation-' || e.conversation, nth % 5 + 1, e.at, e.at, array[p.handle, p.agent], t.data, t.meta ${others}`);
  await db.query(`insert into timeline.entry_of_handle (tenant, handle, occurred_at, position, event, type, channel, direction, kind, conversation, automatic)
    select t.tenant, who, e.at, e.position, e.event, 'interaction', 'email', 'inbound', 'support', e.conversation, false ${others}
    cross join lateral unnest(array[p.handle, p.agent]) as who`);
  // As it is on a server that has run for a while.
  await db.query('vacuum (analyze)');
  await db.query('checkpoint');
  await db.close();
};

const reportOf = (slots: (name: string) => readonly Slot[]) => {
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  const [busyPage, quietPage, busyBrief, quietBrief] = rows as [
    (typeof rows)[0],
    (typeof rows)[0],
    (typeof rows)[0],
    (typeof rows)[0],
  ];
  const ratios = {
    [names.quietPage]: busyPage.p50Ms / quietPage.p50Ms,
    [names.quietBrief]: busyBrief.p50Ms / quietBrief.p50Ms,
  };
  return {
    bench: 'page',
    rows,
    ratios,
    targets: [
      { name: `p99 of the ${names.busyPage}`, is: busyPage.p99Ms, atMost: 10 },
      { name: `p99 of the ${names.quietPage}`, is: quietPage.p99Ms, atMost: 10 },
      { name: `p50 of the ${names.busyPage} ÷ that of 100`, is: ratios[names.quietPage], atMost: 1.3 },
      { name: `p99 of the ${names.busyBrief}`, is: busyBrief.p99Ms, atMost: 20 },
      { name: `p99 of the ${names.quietBrief}`, is: quietBrief.p99Ms, atMost: 20 },
    ],
  };
};
