import { randomUUID } from 'node:crypto';
import { connect, type Database, migrate } from '@throughline/postgres';
import { cluster, eventually, type TestCluster } from '@throughline/testing';
import type { Ledger } from '../ledger.ts';
import { migrations, postgresLedger, type PostgresLedgerOptions } from '../postgres.ts';
import { openProxy } from './proxy.ts';
import type { Faults, Subject } from './world.ts';

type Urls = { readonly service: string; readonly projector: string };

/** A service's URL with settings for its sessions. */
export const withSettings = (url: string, settings: Record<string, string | number>): string => {
  const at = new URL(url);
  at.searchParams.set('options', Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' ')); // prettier-ignore
  return at.href;
};

export const open = ({ service, projector }: Urls, more: Partial<PostgresLedgerOptions> = {}): Promise<Ledger> =>
  postgresLedger({ url: service, tailUrl: projector, writer: `spec ${randomUUID().slice(0, 8)}`, ...more });

/** One event, appended by hand in whatever transaction the client is in. */
export const appendByHand = `
  select * from ledger.append('by hand', gen_random_uuid(), 'by hand', 's', null, '{1}', gen_random_uuid()::text, 'NoteWritten',
    '2026-05-04T09:30:00Z', repeat('ab', 32), '{}', '{}')`;

/** The service role's session around one thing to do. */
const asService = async <T>(url: string, work: (db: Database) => Promise<T>): Promise<T> => {
  const db = connect({ url, application: 'spec' });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
};

const begin = {
  'repeatable read': ['begin isolation level repeatable read'],
  serializable: ['begin isolation level serializable'],
  'a business write': ['begin', 'insert into business values (1)'],
};

const appendInside = (url: string, kind: keyof typeof begin) =>
  asService(url, (db) =>
    db.session(async (client) => {
      for (const statement of begin[kind]) await client.query(statement);
      return client.query(appendByHand);
    }),
  );

/** A session that stays open until it is released. */
const hold = async (url: string, statements: readonly string[]) => {
  const db = connect({ url, application: 'spec', max: 1 });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let ready: (client: Parameters<Parameters<Database['session']>[0]>[0]) => void = () => {};
  const client = new Promise<Parameters<typeof ready>[0]>((resolve) => (ready = resolve));
  const session = db.session(async (own) => {
    for (const statement of statements) await own.query(statement);
    ready(own);
    await held;
  });
  const settled = session.then(() => db.close());
  return {
    client: await Promise.race([client, settled.then(() => Promise.reject(new Error('the session ended')))]),
    release: async () => {
      release();
      await settled;
    },
  };
};

const forgetTransactions = async (server: TestCluster) => {
  const other = new URL(server.superuser);
  other.pathname = 'postgres';
  await asService(other.href, (db) =>
    db.session(async (client) => {
      await client.query('begin');
      await client.query('create table forgotten (n int)');
      await client.query(`prepare transaction 'forgotten'`);
    }),
  );
  const written = await hold(server.superuser, [
    'begin',
    'create table unfinished (n int)',
    'select pg_current_xact_id()',
  ]);
  return async () => {
    await written.release();
    await asService(other.href, (db) => db.query(`rollback prepared 'forgotten'`));
  };
};

const breakConnections = `
  select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like 'ledger%' and pid <> pg_backend_pid()`;

// What a clock that steps back leaves behind: a last batch that is later than now.
const clockBack = (milliseconds: number) => [
  `set session_replication_role = replica`,
  `update ledger.batch set recorded_at = recorded_at + ${milliseconds} * interval '1 millisecond'
    where last_position = (select max(last_position) from ledger.batch)`,
  `update ledger.event set recorded_at = (select recorded_at from ledger.batch order by last_position desc limit 1)
    where position >= (select first_position from ledger.batch order by last_position desc limit 1)`,
];

/** A server of its own, so that it may crash, with a ledger that reaches it through a proxy. */
export const onCluster = async (): Promise<Subject & { readonly server: TestCluster }> => {
  const server = await cluster({ max_prepared_transactions: 4 });
  await migrate({ url: server.owner, dir: migrations, schema: 'ledger' });
  const { hostname, port } = new URL(server.service);
  const proxy = await openProxy(hostname, Number(port), 'ledger.append');
  const proxied = new URL(server.service);
  proxied.port = String(proxy.port);
  const opened: Ledger[] = [];
  const keep = async (ledger: Promise<Ledger>) => {
    opened.push(await ledger);
    return ledger;
  };
  await asService(server.superuser, async (db) => {
    await db.query('create table business (n int)');
    await db.query('grant insert on business to throughline_service');
  });
  const asSuperuser = <T>(work: (db: Database) => Promise<T>) => asService(server.superuser, work);

  const faults: Faults = {
    clockBack: (milliseconds) =>
      asSuperuser((db) => db.session(async (client) => {
        for (const statement of clockBack(milliseconds)) await client.query(statement);
      })), // prettier-ignore
    breakConnections: () => asSuperuser(async (db) => void (await db.query(breakConnections))),
    loseNextAnswer: proxy.loseNextAnswer,
    delayNextAppend: proxy.delayNextRequest,
    holdAppends: async () => (await hold(server.superuser, ['begin', 'select pg_advisory_xact_lock(7201, 0)'])).release,
    // On a busy machine it may be too hasty even to open.
    impatient: ({ lock = 0, statement = 0 }) => {
      const service = withSettings(server.service, { lock_timeout: lock, statement_timeout: statement });
      return eventually(() => keep(open({ ...server, service })), { within: 20_000 });
    },
    appendInside: (kind) => appendInside(server.service, kind),
    holdSnapshot: async () => {
      const { client, release } = await hold(server.projector, ['begin isolation level repeatable read', 'select count(*) from ledger.event']); // prettier-ignore
      const count = async () => Number((await client.query('select count(*) as n from ledger.event')).rows[0].n);
      return { count, release };
    },
    forgetTransactions: () => forgetTransactions(server),
    crash: () => server.restart('immediate'),
  };
  return {
    server,
    ledger: await keep(open({ ...server, service: proxied.href })),
    another: () => keep(open(server)),
    faults,
    close: async () => {
      await Promise.all(opened.map((ledger) => ledger.close()));
      await proxy.close();
      await server.drop();
    },
  };
};
