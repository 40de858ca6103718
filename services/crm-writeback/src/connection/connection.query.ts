import { Rejection } from '@throughline/decider';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '@throughline/postgres';
import { KeyDestroyed } from '@throughline/privacy';
import type { Fault } from '../outbound/fault.ts';
import { type Sources, sources } from '../sources.ts';
import type { Connection } from './connection.ts';
import { type Failing, failingAmong } from './failing.query.ts';
import { countUnwritten } from './leaving.ts';

const columns = `tenant, id, name, crm, url, settings, allow_private as "allowPrivate", state, reason, detail, since,
  revision, created_at as "createdAt", changed_at as "changedAt"`;

type Row = Omit<Connection, 'settings' | 'reason' | 'detail'> & {
  settings: string;
  reason: string | null;
  detail: string | null;
};

const connectionOf = ({ settings, reason, detail, ...row }: Row): Connection => ({
  ...row,
  settings: JSON.parse(settings) as unknown,
  ...(reason !== null && { reason }),
  ...(detail !== null && { detail }),
});

// What was removed stays for the names of what was written to it, and is found by nothing else.
const isThere = `state <> 'removed'`;

const removed = (): Rejection => new Rejection('ConnectionRemoved', 'It was removed: add another one.');
const unknown = (): Rejection => new Rejection('ConnectionUnknown', 'No connection has this id.');
const taken = (name: string): Rejection =>
  new Rejection('ConnectionExists', `There is a connection “${name}” already.`, [
    { pointer: '/name', reason: 'is taken' },
  ]);

/** What a new connection is made of. */
export type NewConnection = Pick<Connection, 'id' | 'name' | 'crm' | 'url' | 'settings' | 'allowPrivate'> & {
  readonly secret: string;
  readonly by: string;
};

type At = Pick<Connection, 'tenant' | 'id' | 'revision'>;

/** The connections of all tenants, their secrets sealed. */
@Injectable()
export class Connections {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  /** In the order of their names. */
  async list(tenant: string, after = '', limit = 1_000): Promise<Connection[]> {
    const { rows } = await this.asTenant(tenant, (client) =>
      client.query<Row>(
        `select ${columns} from writeback.connection where tenant = $1 and name > $2 and ${isThere}
         order by name limit $3`,
        [tenant, after, limit],
      ),
    );
    return rows.map(connectionOf);
  }

  /** Throws Rejection `ConnectionUnknown`. */
  async get(tenant: string, id: string): Promise<Connection> {
    const { rows } = await this.asTenant(tenant, (client) =>
      client.query<Row>(`select ${columns} from writeback.connection where tenant = $1 and id = $2 and ${isThere}`, [
        tenant,
        id,
      ]),
    );
    if (!rows[0]) throw unknown();
    return connectionOf(rows[0]);
  }

  /** Which of these fail now, by their ids. */
  failing(tenant: string, among: readonly Connection[]): Promise<ReadonlyMap<string, Failing>> {
    return this.asTenant(tenant, (client) => failingAmong(client, tenant, among));
  }

  /** Adds one, active from the ledger's head on; the same id again is the one that is there. Throws Rejection `ConnectionExists`, or `ConnectionRemoved`. */
  async add(
    tenant: string,
    { id, name, crm, url, settings, allowPrivate, secret, by }: NewConnection,
  ): Promise<Connection> {
    const { ledger } = this.sources;
    const { keys, bytes } = await this.sealed(tenant, id, secret);
    const insert = async (client: Client) => {
      // Nobody plans without it what comes after this head: whoever looks for connections meanwhile waits, and finds it.
      await client.query('lock table writeback.connection in access exclusive mode');
      const since = await ledger.head();
      return client.query<Row>(
        `insert into writeback.connection (tenant, id, name, crm, url, settings, keys, sealed, allow_private, state, since, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10, $11) on conflict do nothing returning ${columns}`,
        [tenant, id, name, crm, url, JSON.stringify(settings), keys, bytes, allowPrivate, since, by],
      );
    };
    const { rows } = await this.sources.db.tx(insert, { tenant });
    if (rows[0]) return connectionOf(rows[0]);
    const known = (await this.list(tenant)).find((one) => one.id === id || one.name === name);
    if (!known) throw removed();
    if (known.id !== id || known.name !== name) throw taken(name);
    return known;
  }

  /** Writes nothing to it until it is resumed. Throws Rejection `ConnectionUnknown`. */
  pause(tenant: string, id: string): Promise<Connection> {
    return this.change(tenant, id, `state = 'paused', reason = null, detail = null`);
  }

  /** The same for a fault, unless somebody resumed it or gave it another secret since it was read: it tells nothing of now. */
  async pauseFor({ tenant, id, revision }: At, { code, detail }: Pick<Fault, 'code' | 'detail'>): Promise<void> {
    await this.asTenant(tenant, (client) =>
      client.query(
        `update writeback.connection set state = 'paused', reason = $4, detail = $5, changed_at = now()
         where tenant = $1 and id = $2 and revision = $3`,
        [tenant, id, revision, code, detail],
      ),
    );
  }

  /** Goes on with all that waits. Throws Rejection `ConnectionUnknown`. */
  resume(tenant: string, id: string): Promise<Connection> {
    return this.change(tenant, id, `state = 'active', reason = null, detail = null, revision = revision + 1`);
  }

  /** Gives it another secret, and resumes it where the old one had paused it. Throws Rejection `ConnectionUnknown`, or `ConnectionRemoved`. */
  async rotate(tenant: string, id: string, secret: string): Promise<Connection> {
    const { keys, bytes } = await this.sealed(tenant, id, secret);
    const isCured = `reason in ('CredentialsRefused', 'Forbidden')`;
    return this.change(
      tenant,
      id,
      `keys = $3, sealed = $4, revision = revision + 1, state = case when ${isCured} then 'active' else state end,
       detail = case when ${isCured} then null else detail end, reason = case when ${isCured} then null else reason end`,
      [keys, bytes],
    );
  }

  /**
   * Takes it away for good, its secret first, and the CRM's ids of its contacts. Answers how much was still to be written to
   * it or was set aside, which the workers drop. Throws Rejection `ConnectionUnknown`.
   */
  async remove(tenant: string, id: string, by: string): Promise<number> {
    const { keys } = this.sources;
    await this.get(tenant, id);
    await keys.erase(tenant, [id], []).catch((error: unknown) => {
      // It is destroyed; while somebody copies the keys it stands in their log, which capture empties from time to time.
      if (!keys.isErased(tenant, id)) throw error;
    });
    await this.change(
      tenant,
      id,
      `state = 'removed', removed_by = $3, keys = '{}', sealed = '', reason = null, detail = null, revision = revision + 1`,
      [by],
    );
    return this.asTenant(tenant, async (client) => {
      await client.query('delete from writeback.contact where tenant = $1 and connection = $2', [tenant, id]);
      return countUnwritten(client, tenant, id);
    });
  }

  /** Its secret in clear, for the one who speaks to the CRM. Throws where its key is gone. */
  async secretOf({ tenant, id }: Pick<Connection, 'tenant' | 'id'>): Promise<string> {
    const { rows } = await this.asTenant(tenant, (client) =>
      client.query<{ keys: string[]; sealed: Buffer }>(
        `select keys, sealed from writeback.connection where tenant = $1 and id = $2 and ${isThere}`,
        [tenant, id],
      ),
    );
    if (!rows[0]) throw unknown();
    const { keys, sealed: bytes } = rows[0];
    const secret = await this.sources.vault.openBytes(tenant, { keys, bytes }, id);
    if (!secret) throw new Rejection('SecretGone', 'The key of its secret was destroyed: give it another secret.');
    return secret.toString();
  }

  /** Those of all tenants that are active and have something to be written. */
  async busy(): Promise<Connection[]> {
    const { rows } = await this.sources.projectorDb.query<Row>({
      name: 'writeback.busy',
      text: `select ${columns} from writeback.connection c where state = 'active' and exists (
        select from writeback.delivery d where d.tenant = c.tenant and d.connection = c.id and d.state = 'open')`,
    });
    return rows.map(connectionOf);
  }

  /** Those of all tenants that are active. */
  async active(): Promise<Connection[]> {
    const { rows } = await this.sources.projectorDb.query<Row>({
      name: 'writeback.active',
      text: `select ${columns} from writeback.connection c where state = 'active'`,
    });
    return rows.map(connectionOf);
  }

  private async sealed(tenant: string, id: string, secret: string) {
    try {
      return await this.sources.vault.sealBytes(tenant, [id], id, Buffer.from(secret));
    } catch (error) {
      throw error instanceof KeyDestroyed ? removed() : error;
    }
  }

  private async change(tenant: string, id: string, set: string, values: readonly unknown[] = []): Promise<Connection> {
    const { rows } = await this.asTenant(tenant, (client) =>
      client.query<Row>(
        `update writeback.connection set ${set}, changed_at = now() where tenant = $1 and id = $2 and ${isThere}
         returning ${columns}`,
        [tenant, id, ...values],
      ),
    );
    if (!rows[0]) throw unknown();
    return connectionOf(rows[0]);
  }

  private asTenant<T>(tenant: string, fn: (client: Client) => Promise<T>): Promise<T> {
    return this.sources.db.asTenant(tenant, fn);
  }
}
