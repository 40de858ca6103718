import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { SoundCommand } from '../command.ts';
import { LedgerBusy, LedgerUnavailable } from '../errors.ts';
import type { Outcome, Position } from '../ledger.ts';
import { type Answer, outcomesOf, owned, statement, valuesOf } from './call.ts';
import { clientOf, isDivisible, isLost, isTimeout, patience } from './client.ts';

/** The connection through which a process appends. Flushes are carried out in the order of the calls. */
export type Lane = {
  /**
   * Stores commands in one call, durable once it resolves. Where the answer was lost it asks once more.
   * Rejects with `LedgerBusy` (nothing was stored), `LedgerUnavailable`, or the server's own error where a single
   * command may be its cause (nothing was stored).
   */
  readonly flush: (commands: readonly SoundCommand[]) => Promise<readonly Outcome[]>;
  readonly close: () => Promise<void>;
};

/** A connection, and by what the server knows it. */
type Connection = {
  readonly client: pg.Client;
  readonly pid: number;
  readonly since: string;
  /** A position that the ledger had reached when it was last used. */
  head: Position;
  lost: boolean;
  /** The one that took its place, for all who were on it. */
  next?: Promise<Connection>;
};

type Call = { readonly flush: string; readonly commands: readonly SoundCommand[]; readonly values: unknown[] };

/** Connects. Rejects where that fails. */
export const openLane = async (url: string, writer: string): Promise<Lane> => {
  let latest = await connect(url, writer);
  // A server that stayed away is not waited for by every flush anew.
  let patient = true;

  const replace = async (lost: Connection): Promise<Connection> => {
    void lost.client.end().catch(() => {});
    const deadline = performance.now() + (patient ? patience.reconnect : 0);
    patient = false;
    const fresh = await retried(() => connect(url, writer), deadline);
    patient = true;
    latest = fresh;
    await fence(fresh, lost);
    return fresh;
  };

  const nextOf = (lost: Connection): Promise<Connection> =>
    (lost.next ??= replace(lost).catch((error: unknown) => {
      lost.next = undefined;
      throw error;
    }));

  const again = async (lost: Connection, call: Call): Promise<readonly Outcome[]> => {
    const fresh = await nextOf(lost);
    const outcomes = outcomesOf(await ask(fresh, call), call.commands);
    const first = await batchOf(fresh, call.flush, lost.head);
    return first ? owned(outcomes, first) : outcomes;
  };

  return {
    flush: async (commands) => {
      const flush = randomUUID();
      const call = { flush, commands, values: valuesOf(writer, flush, commands) };
      const used = latest.lost ? await nextOf(latest).catch(unknown) : latest;
      try {
        return outcomesOf(await ask(used, call), commands);
      } catch (error) {
        if (isLost(error)) return again(used, call).catch(unknown);
        if (isTimeout(error)) throw busy(error);
        return unknown(error);
      }
    },
    close: () => latest.client.end(),
  };
};

const busy = (cause: unknown) => new LedgerBusy('the ledger was busy for too long; nothing was stored', { cause });

const unknown = (cause: unknown): never => {
  if (isDivisible(cause)) throw cause;
  throw new LedgerUnavailable('the ledger is not available; whether these commands were stored is unknown', { cause });
};

const greet = `
  select pid, backend_start::text as since, (select coalesce(max(last_position), 0) from ledger.batch)::text as head,
    ledger.recognise() from pg_stat_activity where pid = pg_backend_pid()`;

const connect = async (url: string, writer: string): Promise<Connection> => {
  const client = clientOf(url, `ledger ${writer}`, { pipeline: true });
  await client.connect();
  const { rows } = await client.query<{ pid: number; since: string; head: string }>(greet).catch((error: unknown) => {
    void client.end().catch(() => {});
    throw error;
  });
  const { pid, since, head } = rows[0]!;
  const connection = { client, pid, since, head: BigInt(head), lost: false };
  client.once('end', () => void (connection.lost = true));
  return connection;
};

const retried = async <T>(attempt: () => Promise<T>, deadline: number): Promise<T> => {
  for (let wait = 25; ; wait *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLost(error) || performance.now() + wait > deadline) throw error;
      await pause(wait);
    }
  }
};

const ask = async (connection: Connection, { values }: Call): Promise<Answer> => {
  const { rows } = await connection.client.query<Answer>({ name: 'ledger.append', text: statement, values });
  connection.head = BigInt(rows[0]!.head);
  // A query that is done with may lie among V8's old objects for a while; not with megabytes of text.
  values.length = 0;
  return rows[0]!;
};

const terminate = `
  select pg_terminate_backend(pid, $3) as gone from pg_stat_activity where pid = $1 and backend_start = $2::timestamptz`;

/** Sees to it that a call whose connection broke will not be carried out after all, when its answer is long given. */
const fence = async ({ client }: Connection, { pid, since }: Connection): Promise<void> => {
  const { rows } = await client.query<{ gone: boolean }>(terminate, [pid, since, patience.fence]);
  if (rows[0]?.gone === false) throw new Error(`the server still works for the lost connection ${pid}`);
};

const batch = `
  select first_position as first, last_position as last from ledger.batch where flush = $1 and last_position > $2`;

const batchOf = async ({ client }: Connection, flush: string, after: Position) => {
  const { rows } = await client.query<{ first: string; last: string }>(batch, [flush, after]);
  return rows[0] && { first: BigInt(rows[0].first), last: BigInt(rows[0].last) };
};
