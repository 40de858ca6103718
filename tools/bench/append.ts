import { migrations, postgresLedger } from '@throughline/ledger';
import { openKeyStore, Vault } from '@throughline/privacy';
import { type Bench, callers, compete, type Contestant } from './bench.ts';
import { supply, tenant } from './events.ts';
import { ratioOf, rowOf } from './figures.ts';
import { emmett, insert, openPool, unchained, unnest } from './append.rivals.ts';

const few = 32;
const many = 256;
/** Of the rivals: as many as callers, up to what the server has room for. */
const connections = 64;
const batch = 500;

const names = {
  ours: `throughline, ${few} callers`,
  insert: 'bare INSERT',
  emmett: 'emmett-postgresql',
  oursMany: `throughline, ${many} callers`,
  plainMany: `neither sealed nor chained, ${many} callers`,
  insertMany: `bare INSERT, ${many} callers`,
  emmettMany: `emmett-postgresql, ${many} callers`,
  oursBatch: `throughline, batches of ${batch}`,
  unnest: 'INSERT … SELECT unnest',
} as const;

/** One event a call, sealed, chained, durable, against those who store the same bytes; then batches against the least that stores them. */
export const append: Bench = async ({ installation, ...setting }) => {
  const { urls } = installation;
  await installation.migrate({ ledger: migrations });
  const keys = await openKeyStore(installation.keys);
  const vault = new Vault(keys);
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const { fresh, stored } = await supply(vault);

  const one = async (): Promise<number> => {
    const { stream, draft } = fresh();
    const [sealed] = await vault.seal(tenant, [draft]);
    const { event, sealedUnder } = sealed!;
    return kept(await ledger.append([{ tenant, stream, expected: 'any', events: [event], sealedUnder }]));
  };
  const plain = async (): Promise<number> => {
    const { stream, draft } = fresh();
    const { id, type, occurredAt, data, meta } = draft;
    const event = { id, type, occurredAt, data: JSON.stringify(data), meta: JSON.stringify(meta) };
    return kept(await ledger.append([{ tenant, stream, expected: 'any', events: [event] }]));
  };
  const batchOf = async (): Promise<number> => {
    const commands = Array.from({ length: batch }, () => {
      const { stream, id, type, occurredAt, data, meta, fingerprint, sealedUnder } = stored();
      const events = [{ id, type, occurredAt, data, meta, fingerprint }];
      return { tenant, stream, expected: 'any' as const, events, sealedUnder };
    });
    return kept(await ledger.append(commands));
  };

  const pool = await openPool(urls.owner, connections);
  const bare = await insert(pool, stored);
  const theirs = await emmett(urls.owner, pool, stored);
  const ceiling = await unnest(pool, batch, stored);
  const contestants: Contestant[] = [
    { name: names.ours, run: (seconds) => callers(few, seconds, one) },
    { name: names.insert, run: (seconds) => callers(few, seconds, bare) },
    { name: names.emmett, run: (seconds) => callers(few, seconds, theirs) },
    { name: names.oursMany, run: (seconds) => callers(many, seconds, one) },
    {
      name: names.plainMany,
      run: (seconds) => unchained(pool, () => callers(many, seconds, plain)),
    },
    { name: names.insertMany, run: (seconds) => callers(many, seconds, bare) },
    { name: names.emmettMany, run: (seconds) => callers(many, seconds, theirs) },
    { name: names.oursBatch, run: (seconds) => callers(1, seconds, batchOf) },
    { name: names.unnest, run: (seconds) => callers(1, seconds, ceiling) },
  ];
  try {
    const slots = await compete(contestants, setting);
    return reportOf(slots);
  } finally {
    await pool.end();
    await ledger.close();
    keys.close();
  }
};

const kept = (outcomes: readonly { is: string }[]): number => {
  if (outcomes.some(({ is }) => is !== 'appended')) throw new Error(`not appended: ${JSON.stringify(outcomes)}`);
  return outcomes.length;
};

const reportOf = (slots: Awaited<ReturnType<typeof compete>>) => {
  const ratio = (ours: string, rival: string) => ratioOf(slots(ours), slots(rival));
  const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
  const ratios = {
    [names.insert]: ratio(names.ours, names.insert),
    [names.emmett]: ratio(names.ours, names.emmett),
    [names.plainMany]: ratio(names.oursMany, names.plainMany),
    [names.insertMany]: ratio(names.oursMany, names.insertMany),
    [names.emmettMany]: ratio(names.oursMany, names.emmettMany),
    [names.unnest]: ratio(names.oursBatch, names.unnest),
  };
  const ours = rows[0]!;
  return {
    bench: 'append',
    rows,
    ratios,
    targets: [
      { name: `÷ ${names.insert}, ${few} callers`, is: ratios[names.insert], atLeast: 1.5 },
      { name: `÷ ${names.emmett}, ${few} callers`, is: ratios[names.emmett], atLeast: 3 },
      { name: `p99 ÷ p50, ${few} callers`, is: ours.p99Ms / ours.p50Ms, atMost: 3 },
      {
        name: `time ÷ that of ${names.plainMany}`,
        is: 1 / ratios[names.plainMany],
        atMost: 1.4,
      },
      { name: `÷ ${names.unnest}, batches of ${batch}`, is: ratios[names.unnest], atLeast: 0.7 },
    ],
  };
};
