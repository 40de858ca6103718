import type { Client } from '@throughline/postgres';
import type { Connection } from './connection.ts';

/** That writing to a connection fails now, and is tried again by itself. */
export type Failing = {
  readonly since: string;
  /** The most frequent of what stands against it, as a word for programs. */
  readonly reason: string;
  /** How many deliveries wait to be written to it, those of other contacts too. */
  readonly waiting: number;
};

/** Which of these connections of a tenant fail now, whichever process tries them; one that is paused is not tried. */
export const failingAmong = async (
  client: Client,
  tenant: string,
  connections: readonly Pick<Connection, 'id' | 'state'>[],
): Promise<ReadonlyMap<string, Failing>> => {
  const tried = connections.filter(({ state }) => state === 'active').map(({ id }) => id);
  if (tried.length === 0) return new Map();
  const { rows } = await client.query<Failing & { connection: string }>({
    name: 'writeback.failing',
    // Where the circuit is open nothing was asked: why that is stands in what was tried before.
    text: `select l.connection, min(l.failing_since) as since,
        coalesce(mode() within group (order by coalesce(nullif(l.reason, 'CircuitOpen'), d.reason)), 'Unknown') as reason,
        (select count(*)::int from writeback.delivery o
          where o.tenant = $1 and o.connection = l.connection and o.state = 'open') as waiting
      from writeback.lane l
      join writeback.delivery d on d.tenant = l.tenant and d.delivery = l.delivery and d.state = 'open'
      where l.tenant = $1 and l.connection = any($2::uuid[]) and l.failing_since is not null
      group by l.connection`,
    values: [tenant, tried],
  });
  return new Map(rows.map(({ connection, ...failing }) => [connection, failing]));
};
