import { fileURLToPath } from 'node:url';
import { connect, refuseUnsafe } from '@throughline/postgres';
import { coalesce } from './coalescer.ts';
import { checkJson, checkName, limits, sound, type SoundCommand, wellFormed } from './command.ts';
import type { Limits } from './flush.ts';
import type { Fork } from './fork.ts';
import { trimmed } from './instant.ts';
import type { Command, Ledger, Outcome, StoredEvent } from './ledger.ts';
import { claimOf } from './postgres/call.ts';
import { isDivisible } from './postgres/client.ts';
import { openLane } from './postgres/lane.ts';
import { openWake } from './postgres/wake.ts';

/** The folder of the ledger's SQL migrations; their schema is `ledger`. */
export const migrations = fileURLToPath(new URL('../migrations', import.meta.url));

/** One flush, for metrics. */
export type Flushed = {
  readonly commands: number;
  readonly stored: number;
  readonly bytes: number;
  readonly milliseconds: number;
};

export type PostgresLedgerOptions = {
  /** As `throughline_service`: appends, and reads what is one tenant's. */
  readonly url: string;
  /** As `throughline_projector`: reads the tail over all tenants. */
  readonly tailUrl: string;
  /** Who appends; stands in every batch. */
  readonly writer: string;
  /** Hears of each flush that stored something. */
  readonly onFlush?: (flushed: Flushed) => void;
  /** Other limits of a flush than the usual ones. */
  readonly limits?: Partial<Limits>;
};

const columns = `position, tenant, stream, stream_version::float8 as version, event_id as id, type,
  occurred_at as "occurredAt", recorded_at as "recordedAt", data, meta`;
const read = {
  name: 'ledger.read',
  text: `select ${columns} from ledger.event where tenant = $1 and stream = $2 and stream_version >= $3
    order by stream_version limit $4`,
};
// The offset keeps each stream a look-up of its own: joined as a whole, by a plan made while the ledger was small, every
// call would go through all of it.
const readAll = {
  name: 'ledger.read all',
  text: `select ${columns} from unnest($2::text[], $3::integer[]) with ordinality as wanted (name, version, nth)
    cross join lateral (
      select * from ledger.event where tenant = $1 and stream = wanted.name and stream_version >= wanted.version
      order by stream_version offset 0
    ) as event order by wanted.nth, stream_version`,
};
const tail = {
  name: 'ledger.tail',
  text: `select ${columns} from ledger.event where position > $1 order by position limit $2`,
};
const tailOfTenant = {
  name: 'ledger.tail of tenant',
  text: `select ${columns} from ledger.event where position > $1 and tenant = $3 order by position limit $2`,
};
const head = { name: 'ledger.head', text: 'select coalesce(max(last_position), 0) as position from ledger.batch' };
const forkAt = {
  name: 'ledger.fork at',
  text: `select b.epoch, f.id from ledger.batch b
    left join ledger.fork f on f.epoch = b.epoch and f.after_position < b.first_position
    where b.last_position >= $1 and b.first_position <= $1 order by b.last_position limit 1`,
};
const checkpoint = { name: 'ledger.checkpoint', text: 'select position from ledger.checkpoint where consumer = $1' };

/**
 * The ledger in PostgreSQL, its {@link migrations} applied. Rejects where the database or a role is unsafe
 * (`UnsafeDatabase`: `synchronous_commit` off, an owner, a superuser …), and where it cannot connect.
 */
export const postgresLedger = async ({
  url,
  tailUrl,
  writer,
  onFlush,
  limits: some,
}: PostgresLedgerOptions): Promise<Ledger> => {
  checkName('writer', writer, limits.name);
  const service = connect({ url: inOrder(url), application: `ledger read ${writer}` });
  const all = connect({ url: tailUrl, application: `ledger tail ${writer}` });
  const closePools = () => Promise.all([service.close(), all.close()]);
  const lane = await Promise.all([refuseUnsafe(service), refuseUnsafe(all, { bypassRls: true })])
    .then(() => openLane(url, writer))
    .catch(async (error: unknown) => {
      await closePools();
      throw error;
    });
  const wake = openWake(url, writer);

  const flush = async (commands: readonly SoundCommand[]): Promise<readonly Outcome[]> => {
    const begun = performance.now();
    const outcomes = await lane.flush(commands).catch((error: unknown) => {
      if (commands.length === 1 && isDivisible(error)) checkJson(commands[0]!);
      throw error;
    });
    const stored = outcomes.reduce(
      (sum, outcome) => sum + (outcome.is === 'appended' ? outcome.positions.length : 0),
      0,
    );
    if (stored > 0) {
      wake.moved();
      const bytes = commands.reduce((sum, command) => sum + command.bytes, 0);
      onFlush?.({ commands: commands.length, stored, bytes, milliseconds: performance.now() - begun });
    }
    return outcomes;
  };
  const coalescer = coalesce({ claim: claimOf, flush, divisible: isDivisible, limits: some });

  let closed: Promise<void> | undefined;
  const close = async () => {
    await coalescer.close();
    await Promise.all([lane.close(), wake.close(), closePools()]);
  };

  return {
    abilities: { dense: true, chained: true, checkpoints: true },
    append: async (commands: readonly Command[]) => {
      // The server reads all JSON, and refuses what is none. Of several commands none may be stored where it refuses one.
      const all = commands.length === 1 ? [wellFormed(commands[0]!)] : commands.map(sound);
      const outcomes = (await coalescer.submit(all.filter(({ repeated }) => repeated === undefined))).values();
      return all.map(({ repeated }) => (repeated === undefined ? outcomes.next().value! : twice(repeated)));
    },
    read: async (tenant, stream, { fromVersion = 1, limit } = {}) => {
      checkName('tenant', tenant, limits.tenant);
      checkName('stream', stream, limits.stream);
      const values = [tenant, stream, fromVersion, limit];
      return stored(await service.asTenant(tenant, (client) => client.query<StoredEvent>({ ...read, values })));
    },
    readAll: async (tenant, wanted) => {
      checkName('tenant', tenant, limits.tenant);
      for (const { stream } of wanted) checkName('stream', stream, limits.stream);
      if (wanted.length === 0) return [];
      const values = [tenant, wanted.map(({ stream }) => stream), wanted.map(({ fromVersion = 1 }) => fromVersion)];
      return stored(await service.asTenant(tenant, (client) => client.query<StoredEvent>({ ...readAll, values })));
    },
    tail: async (after, { limit = 1_000, tenant } = {}) => {
      if (tenant === undefined) return stored(await all.query<StoredEvent>({ ...tail, values: [after, limit] }));
      checkName('tenant', tenant, limits.tenant);
      const query = { ...tailOfTenant, values: [after, limit, tenant] };
      return stored(await service.asTenant(tenant, (client) => client.query<StoredEvent>(query)));
    },
    head: async () => (await service.query<{ position: bigint }>(head)).rows[0]!.position,
    forkAt: async (position) => (await service.query<Fork>({ ...forkAt, values: [position] })).rows[0],
    checkpoint: async (consumer) => {
      checkName('consumer', consumer, limits.name);
      const { rows } = await service.query<{ position: bigint }>({ ...checkpoint, values: [consumer] });
      return rows[0]?.position ?? 0n;
    },
    watch: wake.watch,
    close: () => (closed ??= close()),
  };
};

/**
 * A tenant's next events are read in the order of the primary key. The planner, which does not know how many they are,
 * would rather sort all that the tenant has, for each page anew.
 */
const inOrder = (url: string): string => {
  const at = new URL(url);
  const options = at.searchParams.get('options');
  at.searchParams.set('options', [options, '-c enable_sort=off'].filter(Boolean).join(' '));
  return at.href;
};

const twice = (event: string): Outcome => ({ is: 'refused', reason: 'PartlyKnown', event });

const stored = ({ rows }: { rows: StoredEvent[] }): StoredEvent[] =>
  rows.map((row) => ({ ...row, occurredAt: trimmed(row.occurredAt), recordedAt: trimmed(row.recordedAt) }));
