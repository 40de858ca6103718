import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '@throughline/postgres';
import { KeyDestroyed, keyedId, type Sealed } from '@throughline/privacy';
import { headOf } from '../email/read.ts';
import { sources, type Sources } from '../sources.ts';

/** Something that came in and could not be understood. */
export type Quarantined = {
  readonly id: string;
  readonly receivedAt: string;
  readonly via: string;
  readonly reason: string;
  readonly size: number;
  readonly attempts: number;
  /** Who said that nobody wants it, when and why. */
  readonly dismissed?: { readonly at: string; readonly by: string; readonly reason: string };
} & Partial<Label>;

/** What tells items apart: the headers as far as they can be read, and the file that it lies in where it came from. */
export type Label = { readonly from: string; readonly subject: string; readonly file: string };

/** The same with what came, and whether it came as history. */
export type QuarantinedBytes = Quarantined & { readonly backfill: boolean; readonly bytes: Buffer };

/** What became of bytes that were to be kept: nothing is kept of an item that went with an erasure. */
export type Kept = { readonly is: 'quarantined' | 'dismissed' | 'erased'; readonly id: string };

/** Where a page ended. */
export type After = { readonly receivedAt: string; readonly id: string };

/** Which items: those that wait for a person, those that were dismissed, or both. */
export const states = ['open', 'dismissed', 'all'] as const;
export type State = (typeof states)[number];

const columns = `id, received_at as "receivedAt", via, reason, size, attempts, dismissed_at as at, dismissed_by as by,
  dismissed_because as because, label, label_keys as "labelKeys"`;

type Row = Omit<Quarantined, 'dismissed' | keyof Label> & {
  at: string | null;
  by: string | null;
  because: string | null;
  label: Buffer | null;
  labelKeys: string[] | null;
};

const itemOf = <Of extends Row>(row: Of) => {
  const { at, by, because, label: _, labelKeys: __, ...item } = row;
  const isDismissed = at !== null && by !== null && because !== null;
  return { ...item, ...(isDismissed && { dismissed: { at, by, reason: because } }) };
};

// What a label is sealed for: it can be put in the place of nothing else.
const labelOf = (id: string): string => `label of ${id}`;

const only: Readonly<Record<State, string>> = {
  open: 'and dismissed_at is null',
  dismissed: 'and dismissed_at is not null',
  all: '',
};

/** What waits for a person to look at it, of all tenants. */
@Injectable()
export class Quarantine {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  /**
   * Keeps bytes, sealed under a key of their own. The same bytes again are the same item, tried once more; where it was
   * dismissed it stays so, and where it was erased it does.
   */
  async keep(
    tenant: string,
    what: { bytes: Uint8Array; reason: string; via: string; backfill: boolean; file?: string },
  ): Promise<Kept> {
    const id = this.idOf(tenant, what.bytes);
    const label = Buffer.from(JSON.stringify({ ...headOf(what.bytes), file: what.file }));
    const sealed = await this.sealed(tenant, id, id, what.bytes);
    const labelled = await this.sealed(tenant, id, labelOf(id), label);
    if (!sealed || !labelled) return { is: 'erased', id };
    const { rows } = await this.as(tenant, (client) =>
      client.query<{ dismissed: boolean }>(
        `insert into capture.quarantine as kept (tenant, id, via, reason, backfill, size, keys, sealed, label_keys, label)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant, id) do update set attempts = kept.attempts + 1, reason = excluded.reason,
           label_keys = coalesce(kept.label_keys, excluded.label_keys), label = coalesce(kept.label, excluded.label)
         returning dismissed_at is not null as dismissed`,
        // prettier-ignore
        [tenant, id, what.via, what.reason, what.backfill, what.bytes.length, sealed.keys, sealed.bytes, labelled.keys, labelled.bytes],
      ),
    );
    return { is: rows[0]!.dismissed ? 'dismissed' : 'quarantined', id };
  }

  /** The oldest first; with their labels, where they may be opened. */
  async list(
    tenant: string,
    after: After | undefined,
    limit: number,
    state: State = 'all',
    opens = false,
  ): Promise<Quarantined[]> {
    const { rows } = await this.as(tenant, (client) =>
      client.query<Row>(
        `select ${columns} from capture.quarantine where tenant = $1 ${only[state]}
         and ($2::timestamptz is null or (received_at, id) > ($2, $3)) order by received_at, id limit $4`,
        [tenant, after?.receivedAt, after?.id, limit],
      ),
    );
    return opens
      ? Promise.all(rows.map(async (row) => ({ ...itemOf(row), ...(await this.labelIn(tenant, row)) })))
      : rows.map(itemOf);
  }

  /** One item with its bytes; nothing where there is none, or its key is gone. */
  async show(tenant: string, id: string): Promise<QuarantinedBytes | undefined> {
    type Whole = Row & { backfill: boolean; keys: string[]; sealed: Buffer };
    const { rows } = await this.as(tenant, (client) =>
      client.query<Whole>(
        `select ${columns}, backfill, keys, sealed from capture.quarantine where tenant = $1 and id = $2`,
        [tenant, id],
      ),
    );
    if (!rows[0]) return undefined;
    const { keys, sealed, ...item } = itemOf(rows[0]);
    const bytes = await this.sources.vault.openBytes(tenant, { keys, bytes: sealed }, id);
    return bytes && { ...item, ...(await this.labelIn(tenant, rows[0])), bytes };
  }

  /** Says that nobody wants it; who said so first stands. Nothing where there is none. */
  async dismiss(tenant: string, id: string, by: string, reason: string): Promise<Quarantined | undefined> {
    const { rows } = await this.as(tenant, (client) =>
      client.query<Row>(
        `update capture.quarantine set dismissed_at = coalesce(dismissed_at, now()),
           dismissed_by = coalesce(dismissed_by, $3), dismissed_because = coalesce(dismissed_because, $4)
         where tenant = $1 and id = $2 returning ${columns}`,
        [tenant, id, by, reason],
      ),
    );
    return rows[0] && itemOf(rows[0]);
  }

  /** Takes an item out: it was understood. */
  async remove(tenant: string, id: string): Promise<void> {
    await this.as(tenant, (client) =>
      client.query('delete from capture.quarantine where tenant = $1 and id = $2', [tenant, id]),
    );
  }

  /** The same, and nobody is to read it in a backup either: its key goes first, and it never gets another one. */
  async destroy(tenant: string, id: string): Promise<void> {
    await this.sources.keys.erase(tenant, [id], []);
    await this.remove(tenant, id);
  }

  /** How many items wait for a person, of all tenants. */
  async countAll(): Promise<number> {
    const { rows } = await this.sources.projectorDb.query<{ count: bigint }>(
      'select count(tenant) as count from capture.quarantine where dismissed_at is null',
    );
    return Number(rows[0]!.count);
  }

  // What was kept by an earlier build has none.
  private async labelIn(tenant: string, { id, label, labelKeys: keys }: Row): Promise<Partial<Label>> {
    const bytes = label && keys && (await this.sources.vault.openBytes(tenant, { keys, bytes: label }, labelOf(id)));
    return bytes ? (JSON.parse(bytes.toString()) as Partial<Label>) : {};
  }

  /** Nothing where the item was erased, in whichever quarter. */
  private async sealed(tenant: string, id: string, belongsTo: string, bytes: Uint8Array): Promise<Sealed | undefined> {
    const { keys, vault } = this.sources;
    if (keys.isErased(tenant, id)) return undefined;
    try {
      return await vault.sealBytes(tenant, [id], belongsTo, bytes);
    } catch (error) {
      if (error instanceof KeyDestroyed) return undefined;
      throw error;
    }
  }

  private as<T>(tenant: string, query: (client: Client) => Promise<T>): Promise<T> {
    return this.sources.db.asTenant(tenant, query);
  }

  private idOf(tenant: string, bytes: Uint8Array): string {
    return keyedId(this.sources.keys.secret(tenant, 'quarantine'), createHash('sha256').update(bytes).digest('hex'));
  }
}
