import { connect, type Database } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { type Ledger, migrations as ledgerMigrations, postgresLedger } from '@throughline/ledger';
import { migrations as captureMigrations } from '@throughline/capture';
import { migrations as feedMigrations } from '@throughline/feed';
import { migrations as identityMigrations } from '@throughline/identity';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { migrations as timelineMigrations } from '@throughline/timeline';
import { draftOf, handleOf, interactionOf, type Supply, supply, tenant } from './events.ts';
import type { Installation } from './installation.ts';
import { caughtUp } from './page.ts';
import { serve } from './serve.ts';

/** A ledger that can be made larger, and what is asked of it. */
export type Grown = {
  readonly installation: Installation;
  readonly ledger: Ledger;
  readonly vault: Vault;
  readonly supply: Supply;
  readonly superuser: Database;
  /** Customers whose pages can be read: what others wrote is only in the way. */
  readonly customers: readonly string[];
  readonly close: () => Promise<void>;
};

const people = { count: 100, entries: 50 } as const;
const templates = 1_000;
const perStep = 100_000;

/** An empty ledger and timeline but for some customers whose pages can be read. */
export const seed = async (installation: Installation): Promise<Grown> => {
  await installation.migrate({
    ledger: ledgerMigrations,
    feed: feedMigrations,
    read_model: readModelMigrations,
    identity: identityMigrations,
    capture: captureMigrations,
    timeline: timelineMigrations,
  });
  const { urls } = installation;
  const keys = await openKeyStore(installation.keys);
  const vault = new Vault(keys);
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: 'bench' });
  const url = new URL(installation.superuser);
  url.pathname = '/throughline';
  const superuser = connect({ url: url.href, application: 'bench' });
  const made = await supply(vault);
  await appendPeople(ledger, vault);
  const served = await serve(installation, 'timeline');
  await caughtUp(served, Number(await ledger.head()));
  await served.stop();
  await keepTemplates(superuser, made);
  return {
    installation,
    ledger,
    vault,
    supply: made,
    superuser,
    customers: Array.from({ length: people.count }, (_, nth) => vault.handleId(tenant, handleOf(nth))),
    close: async () => {
      await Promise.all([ledger.close(), superuser.close()]);
      keys.close();
    },
  };
};

const appendPeople = async (ledger: Ledger, vault: Vault): Promise<void> => {
  for (let customer = 0; customer < people.count; customer += 1) {
    const made = Array.from({ length: people.entries }, (_, nth) =>
      draftOf(vault, interactionOf(customer * people.entries + nth, customer)),
    );
    const sealed = await vault.seal(tenant, made.map(({ draft }) => draft)); // prettier-ignore
    await ledger.append(
      sealed.map(({ event, sealedUnder }, at) => {
        const { stream } = made[at]!;
        return { tenant, stream, expected: 'any', events: [event], sealedUnder };
      }),
    );
  }
};

/** What the events that fill the ledger say, over and over under new ids. */
const keepTemplates = async (superuser: Database, { stored }: Supply): Promise<void> => {
  const made = Array.from({ length: templates }, () => stored());
  await superuser.query(`create schema bench; create table bench.template (nth int primary key, type text, data json, meta json, fingerprint bytea)`); // prettier-ignore
  await superuser.query(
    `insert into bench.template select nth - 1, type, data::json, meta::json, sha256(convert_to(type || E'\\n' || data, 'UTF8'))
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as t (type, data, meta, nth)`,
    [made.map(({ type }) => type), made.map(({ data }) => data), made.map(({ meta }) => meta)],
  );
};

const events = `insert into ledger.event
    (position, tenant, stream, stream_version, event_id, type, occurred_at, recorded_at, fingerprint, data, meta)
  select n, $3, 'conversation-' || md5('conversation ' || (n - 1) / 5)::uuid, (n - 1) % 5 + 1, md5('event ' || n)::uuid, t.type,
    timestamptz '2026-01-01' + n * interval '1 second', r.at + n * interval '1 microsecond', t.fingerprint, t.data, t.meta
  from generate_series($1::bigint + 1, $2::bigint) as n join bench.template t on t.nth = n % ${templates},
    (select max(recorded_at) as at from ledger.batch where last_position = $1) r`;

// A batch with what the appends to come look for; its hash is none.
const batch = `insert into ledger.batch
  select e.position, $1::bigint + 1, e.recorded_at, 'bench', gen_random_uuid(), b.epoch, b.hash, b.hash
  from ledger.event e, (select * from ledger.batch where last_position = $1) b where e.position = $2`;

// What stands in a line beside its key is of no interest here: it has to be in the way.
const lines = `with e as (
    select *, md5('handle ' || position * 7919 % $3)::uuid as handle from ledger.event where position > $1 and position <= $2
  ), entry as (
    insert into timeline.entry (tenant, position, event, type, stream, version, occurred_at, recorded_at, handles, data, meta)
    select tenant, position, event_id, type, stream, stream_version, occurred_at, recorded_at, array[handle], '{}', '{}' from e
  )
  insert into timeline.entry_of_handle (tenant, handle, occurred_at, position, event, type, channel, direction, kind, conversation, automatic)
  select tenant, handle, occurred_at, position, event_id, 'interaction', 'email', 'inbound', 'support', substr(stream, 14)::uuid, false from e`;

/** The indexes whose keys come in no order: they are made when all is there, with the room that they would have then. */
const late = ['ledger.event_stream', 'ledger.event_id', 'timeline.entry_event', 'timeline.entry_of_handle_pkey'];
const room = 'with (fillfactor = 70)';

/** Without these indexes; answers how to make them again. */
const without = async (superuser: Database): Promise<readonly string[]> => {
  const { rows } = await superuser.query<{ drop: string; make: string }>(
    `select case when c.conname is null then 'drop index ' || i else format('alter table %s drop constraint %I', indrelid::regclass, conname) end as drop,
       case when c.conname is null then regexp_replace(pg_get_indexdef(indexrelid), '( WITH .*)?$', ' ${room}')
         else format('alter table %s add constraint %I %s ${room}', indrelid::regclass, conname, pg_get_constraintdef(c.oid)) end as make
     from unnest($1::regclass[]) as i join pg_index on indexrelid = i left join pg_constraint c on conindid = i and contype = 'p'`,
    [late],
  );
  for (const { drop } of rows) await superuser.query(drop);
  return rows.map(({ make }) => make);
};

/** Makes the ledger as large as `size`, with an entry and a line for each event, by SQL. */
export const fill = async ({ superuser, ledger }: Grown, size: number, log: (line: string) => void): Promise<void> => {
  const handles = Math.ceil(size / people.entries);
  const making = await without(superuser);
  for (let at = Number(await ledger.head()); at < size;) {
    const to = Math.min(at + perStep, size);
    await superuser.query(events, [at, to, tenant]);
    await superuser.query(batch, [at, to]);
    await superuser.query(lines, [at, to, handles]);
    at = to;
    log(`filling: ${at} of ${size}`);
  }
  for (const statement of making) {
    await superuser.query(statement);
    log(`filling: ${statement}`);
  }
  await superuser.query('update read_model.checkpoint set position = $1, turn = turn + 1', [await ledger.head()]);
  // As it is on a server that has run for a while.
  await superuser.query('vacuum (analyze) timeline.entry, timeline.entry_of_handle');
  await superuser.query('analyze ledger.event');
  await superuser.query('checkpoint');
};
