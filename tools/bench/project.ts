import { type EventName, parseStored } from '@throughline/contracts';
import { follow, migrations as feedMigrations } from '@throughline/feed';
import { type Ledger, migrations as ledgerMigrations, postgresLedger, type StoredEvent } from '@throughline/ledger';
import { connect, type Database } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import {
  createTable,
  type Heard,
  migrations as readModelMigrations,
  projection,
  type Projector,
  projector,
  table,
} from '@throughline/read-model';
import {
  amendments,
  entries,
  entriesOfAccounts,
  entriesOfHandles,
  entryRows,
  migrations as timelineMigrations,
  timeline,
} from '@throughline/timeline';
import { type Bench, compete, type Contestant, type Setting } from './bench.ts';
import { supply, tenant } from './events.ts';
import { ratioOf, rowOf, type Slot } from './figures.ts';
import { copyOf, insertSelect, upsertOf } from './project.rivals.ts';

/** So many events are there to be projected, more than a round has time for. */
export const size = 60_000;
const names = {
  row: 'one row an event',
  rowRival: 'one row, one transaction per event',
  lines: 'lines of timelines',
  linesRival: 'lines, one transaction per event',
  linesCeiling: 'lines, INSERT … SELECT in SQL',
  whole: 'whole timeline',
  wholeRival: 'whole timeline, one transaction per event',
} as const;

type Before = Parameters<typeof timeline.project>[1];

/** The least that a projection can be: it shows what the machinery costs. */
const seen = table({
  name: 'timeline.seen',
  columns: { tenant: 'text', position: 'bigint', event: 'uuid', occurred_at: 'timestamptz', channel: 'text' },
  key: ['tenant', 'position'],
  merge: 'keep',
});
export const row = projector<'InteractionCaptured', Before>({
  name: 'row',
  version: 1,
  tables: [seen],
  events: ['InteractionCaptured'],
  *project(events) {
    for (const { tenant, position, id, occurredAt, data } of events)
      yield seen.put({ tenant, position, event: id, occurred_at: occurredAt, channel: data.channel });
  },
});

/** What a page of a timeline is read from: an entry, and a line of it for each who takes part. */
export const lines = projector<'InteractionCaptured', Before>({
  name: 'lines',
  version: 1,
  tables: [entries, entriesOfHandles, entriesOfAccounts, amendments],
  events: ['InteractionCaptured'],
  *project(events) {
    for (const event of events) yield* entryRows(event, { inConversation: () => [], subjectOf: () => [] });
  },
});

const tables = [seen, ...timeline.tables];

/** Live projections that read a real ledger, beside the same rows by a transaction per event and by SQL alone. */
export const project: Bench = async ({ installation, ...setting }) =>
  onGround(installation, async (on) => {
    const { owner } = on;
    const contestants: Contestant[] = [
      { name: names.row, run: (seconds) => live(row, on, seconds) },
      { name: names.rowRival, run: (seconds) => perEvent(row, on, seconds) },
      { name: names.lines, run: (seconds) => live(lines, on, seconds) },
      { name: names.linesRival, run: (seconds) => perEvent(lines, on, seconds) },
      { name: names.linesCeiling, run: (seconds) => insertSelect(owner, size, seconds) },
      { name: names.whole, run: (seconds) => live(timeline, on, seconds) },
      { name: names.wholeRival, run: (seconds) => perEvent(timeline, on, seconds) },
    ];
    return reportOf(await compete(contestants, setting));
  });

/** Works on a ledger of {@link size} events, and on the tables that are projected into. */
export const onGround = async <T>(installation: Setting['installation'], work: (on: On) => Promise<T>): Promise<T> => {
  const { urls } = installation;
  await installation.migrate({
    ledger: ledgerMigrations,
    feed: feedMigrations,
    read_model: readModelMigrations,
    timeline: timelineMigrations,
  });
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const owner = connect({ url: urls.owner, application: 'bench' });
  const db = connect({ url: urls.projector, application: 'bench' });
  const on = { ledger, owner, db };
  try {
    await fill(ledger, installation.keys);
    await owner.query(createTable(seen).replace('create schema if not exists timeline;', ''));
    await copyOf(owner, tables);
    return await work(on);
  } finally {
    await Promise.all([ledger.close(), owner.close(), db.close()]);
  }
};

export type On = { readonly ledger: Ledger; readonly owner: Database; readonly db: Database };

const fill = async (ledger: Ledger, place: Parameters<typeof openKeyStore>[0]): Promise<void> => {
  const keys = await openKeyStore(place);
  const { stored } = await supply(new Vault(keys));
  const commands = () =>
    Array.from({ length: 500 }, () => {
      const { stream, id, type, occurredAt, data, meta, sealedUnder } = stored();
      return { tenant, stream, expected: 'any' as const, events: [{ id, type, occurredAt, data, meta }], sealedUnder };
    });
  for (let n = 0; n < size; n += 500) await ledger.append(commands());
  keys.close();
};

/** Nothing is projected yet. */
export const emptied = async ({ owner }: Pick<On, 'owner'>): Promise<void> =>
  void (await owner.query(`truncate read_model.checkpoint, ${tables.map(({ name }) => name).join(', ')}`));

/** From nothing, as the product does it: read, parsed, folded, written with the checkpoint in one statement a batch. A latency is a batch's. */
const live = async <Name extends EventName>(what: Projector<Name, Before>, on: On, seconds: number): Promise<Slot> => {
  await emptied(on);
  const { ledger, db } = on;
  const latencies: number[] = [];
  const begun = performance.now();
  let last = begun;
  const following = follow(ledger, projection(what, { db }));
  following.watch(() => {
    const now = performance.now();
    latencies.push(now - last);
    last = now;
  });
  await following.waitFor(BigInt(size), seconds * 1_000);
  await following.stop();
  return { done: Number(following.position()), ms: last - begun, latencies };
};

const nothingBefore: Before = {
  present: new Map(),
  subjects: new Map(),
  buried: { handles: new Set(), rows: new Map() },
};

/** From nothing, the same rows an event at a time: begin, a prepared INSERT per row, the checkpoint, commit. */
const perEvent = async <Name extends EventName>(
  what: Projector<Name, Before>,
  { ledger, owner, db }: On,
  seconds: number,
): Promise<Slot> => {
  await owner.query(`truncate ${tables.map(({ name }) => name.replace('timeline', 'rival')).join(', ')}`);
  const upserts = new Map(what.tables.map((shape) => [shape.name, upsertOf(shape)]));
  const one = (stored: StoredEvent) =>
    db.tx(async (client) => {
      const heard = { ...stored, ...parseStored(stored), stored } as Heard<Name>;
      for (const { table, row } of what.project([heard], nothingBefore)) await client.query(upserts.get(table)!(row));
      const values = [stored.position];
      await client.query({ name: 'checkpoint', text: 'update rival.checkpoint set position = $1', values });
    });
  const latencies: number[] = [];
  const begun = performance.now();
  for (let last = begun, page: StoredEvent[] = [], at = 0n; last - begun < seconds * 1_000;) {
    if (page.length === 0) page = [...(await ledger.tail(at))];
    const stored = page.shift()!;
    await one(stored);
    at = stored.position;
    const now = performance.now();
    latencies.push(now - last);
    last = now;
  }
  return { done: latencies.length, ms: performance.now() - begun, latencies };
};

const reportOf = (slots: Awaited<ReturnType<typeof compete>>) => {
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  const ratios = {
    [names.rowRival]: ratioOf(slots(names.row), slots(names.rowRival)),
    [names.linesRival]: ratioOf(slots(names.lines), slots(names.linesRival)),
    [names.linesCeiling]: ratioOf(slots(names.lines), slots(names.linesCeiling)),
    [names.wholeRival]: ratioOf(slots(names.whole), slots(names.wholeRival)),
  };
  return {
    bench: 'project',
    rows,
    ratios,
    targets: [
      { name: `÷ ${names.rowRival}`, is: ratios[names.rowRival], atLeast: 10 },
      { name: `÷ ${names.linesRival}`, is: ratios[names.linesRival], atLeast: 10 },
      { name: `÷ ${names.wholeRival}`, is: ratios[names.wholeRival], atLeast: 10 },
      { name: `events a second, ${names.row}`, is: rows[0]!.perSecond, atLeast: 25_000 },
    ],
  };
};
