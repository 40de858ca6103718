import type { Database } from '@throughline/postgres';
import type { SoundCommand } from '../command.ts';
import type { Position, StoredEvent } from '../ledger.ts';

/** What is known of an event id: reserved by somebody, or known to be somewhere. */
export type Fact = {
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  readonly fingerprint: string;
  /** Null as long as nobody has seen the event in its stream. */
  readonly position: Position | null;
  readonly version: number | null;
  /** Who reserved it. */
  readonly token: string;
  /** How many events the stream had then: what its owner appends comes right after them, or never. */
  readonly after: number;
};

/** An event of which it is known where it is. */
export type Settled = Pick<StoredEvent, 'id' | 'tenant' | 'stream' | 'version' | 'position'> & {
  readonly fingerprint: string;
};

/** A command's wish to have its ids, on a stream with so many events. */
export type Reservation = { readonly command: SoundCommand; readonly token: string; readonly after: number };

const columns = `event_id as id, tenant, stream, encode(fingerprint, 'hex') as fingerprint, position, version, token,
  after_version as after`;

const known = {
  name: 'ledger.facts',
  text: `select ${columns} from ledger.event_store_fact where event_id = any($1::uuid[])`,
};
// Ids in one order for all, so that nobody waits for somebody who waits for him.
const reserve = {
  name: 'ledger.facts.reserve',
  text: `insert into ledger.event_store_fact as fact (event_id, tenant, stream, fingerprint, token, after_version)
    select id, tenant, stream, decode(fingerprint, 'hex'), token, after
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::integer[])
      as new (id, tenant, stream, fingerprint, token, after) order by id
    on conflict (event_id) do update
      set fingerprint = excluded.fingerprint, token = excluded.token, after_version = excluded.after_version
      where fact.position is null and fact.tenant = excluded.tenant and fact.stream = excluded.stream
        and fact.token = any($7::uuid[])
    returning event_id as id`,
};
const settle = {
  name: 'ledger.facts.settle',
  text: `insert into ledger.event_store_fact as fact
      (event_id, tenant, stream, fingerprint, position, version, token, after_version)
    select id, tenant, stream, decode(fingerprint, 'hex'), position, version, gen_random_uuid(), version - 1
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::integer[])
      as new (id, tenant, stream, fingerprint, position, version) order by id
    on conflict (event_id) do update
      set fingerprint = excluded.fingerprint, position = excluded.position, version = excluded.version
    returning ${columns}`,
};
const release = {
  name: 'ledger.facts.release',
  text: 'delete from ledger.event_store_fact where event_id = any($1::uuid[]) and token = any($2::uuid[]) and position is null',
};
const placeBefore = {
  name: 'ledger.facts.place before',
  text: 'select max(position) as position from ledger.event_store_fact where position <= $1',
};
const destroyed = {
  name: 'ledger.facts.destroyed',
  text: 'select tenant, key from ledger.event_store_destroyed_key where key = any($1)',
};
const destroy = {
  name: 'ledger.facts.destroy',
  text: `insert into ledger.event_store_destroyed_key (tenant, key, token)
    select tenant, key, token from unnest($1::text[], $2::text[], $3::uuid[]) as new (tenant, key, token)
    on conflict do nothing`,
};
const spare = {
  name: 'ledger.facts.spare',
  text: 'delete from ledger.event_store_destroyed_key where token = any($1::uuid[])',
};

/**
 * What EventStoreDB does not look up: whether an id is known, in whatever stream, and which keys are destroyed. An id is
 * reserved before its event is appended. `db` is of the projector role.
 */
export const factsIn = (db: Pick<Database, 'query'>) => ({
  /** What is known of ids, by id. */
  of: async (ids: readonly string[]): Promise<Map<string, Fact>> => {
    if (ids.length === 0) return new Map();
    const { rows } = await db.query<Fact>({ ...known, values: [ids] });
    return new Map(rows.map((fact) => [fact.id, fact]));
  },

  /** Reserves the ids of commands, also those that one of `seen` had reserved. Answers the ids that it got. */
  reserve: async (all: readonly Reservation[], seen: readonly string[]): Promise<Set<string>> => {
    const events = all.flatMap(({ command: { tenant, stream, events }, token, after }) =>
      events.map(({ id, fingerprint }) => ({ id, tenant, stream, fingerprint, token, after })),
    );
    if (events.length === 0) return new Set();
    const of = listsOf(events);
    const values = [of('id'), of('tenant'), of('stream'), of('fingerprint'), of('token'), of('after'), seen];
    const { rows } = await db.query<{ id: string }>({ ...reserve, values });
    return new Set(rows.map(({ id }) => id));
  },

  /** Notes where events are. Answers what is known of them now. */
  settle: async (events: readonly Settled[]): Promise<Map<string, Fact>> => {
    if (events.length === 0) return new Map();
    const of = listsOf(events);
    const values = [of('id'), of('tenant'), of('stream'), of('fingerprint'), of('position'), of('version')];
    const { rows } = await db.query<Fact>({ ...settle, values });
    return new Map(rows.map((fact) => [fact.id, fact]));
  },

  /** Gives up what commands had reserved, and the keys that they were to destroy. */
  release: async (all: readonly Pick<Reservation, 'command' | 'token'>[]): Promise<void> => {
    if (all.length === 0) return;
    const tokens = all.map(({ token }) => token);
    const ids = all.flatMap(({ command }) => command.events.map(({ id }) => id));
    await db.query({ ...release, values: [ids, tokens] });
    if (all.some(({ command }) => command.destroys.length > 0)) await db.query({ ...spare, values: [tokens] });
  },

  /** The position of an event at or before `position`; undefined where none is known. */
  placeBefore: async (position: Position): Promise<Position | undefined> => {
    const { rows } = await db.query<{ position: Position | null }>({ ...placeBefore, values: [position] });
    return rows[0]?.position ?? undefined;
  },

  /** Whether a tenant's key is among those of `keys` that are destroyed. */
  destroyed: async (keys: readonly string[]): Promise<(tenant: string, key: string) => boolean> => {
    if (keys.length === 0) return () => false;
    const { rows } = await db.query<{ tenant: string; key: string }>({ ...destroyed, values: [keys] });
    return (tenant, key) => rows.some((row) => row.tenant === tenant && row.key === key);
  },

  /** The keys that commands destroy are destroyed from now on. */
  destroy: async (all: readonly Pick<Reservation, 'command' | 'token'>[]): Promise<void> => {
    const keys = all.flatMap(({ command: { tenant, destroys }, token }) => destroys.map((key) => ({ tenant, key, token }))); // prettier-ignore
    if (keys.length === 0) return;
    const of = listsOf(keys);
    await db.query({ ...destroy, values: [of('tenant'), of('key'), of('token')] });
  },
});

export type Facts = ReturnType<typeof factsIn>;

const listsOf =
  <T>(rows: readonly T[]) =>
  (name: keyof T): unknown[] =>
    rows.map((row) => row[name]);
