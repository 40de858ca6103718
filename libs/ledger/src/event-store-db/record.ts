import type { SoundEvent } from '../command.ts';
import { trimmed } from '../instant.ts';
import type { Position, StoredEvent } from '../ledger.ts';

/** What all our streams begin with: other programs may keep theirs on the same server. */
export const ours = 'throughline-';

/** What the streams of a tenant begin with; no other tenant's do. */
export const prefixOf = (tenant: string): string => `${ours}${encodeURIComponent(tenant)}/`;

/** What a tenant's stream is called on the server. */
export const nameOf = (tenant: string, stream: string): string => prefixOf(tenant) + stream;

/** An event as it goes to the server, which keeps its `data` byte for byte. */
export type Proposed = {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Beside;
};

/** An event as it comes from the server. */
export type Recorded = {
  readonly name: string;
  /** 0, 1, 2 … within its stream. */
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly created: Date;
  readonly data: Uint8Array;
  readonly metadata: unknown;
  /** The commit position. */
  readonly position: bigint;
};

/** What the server has no place of its own for. `meta` is text in text, so that no byte of it changes. */
type Beside = {
  readonly tenant: string;
  readonly occurredAt: string;
  readonly fingerprint: string;
  readonly meta: string;
};

/** An event that is not what this adapter writes: somebody else appended to one of our streams. */
export class ForeignEvent extends Error {
  override readonly name = 'ForeignEvent';

  constructor({ name, revision }: Pick<Recorded, 'name' | 'revision'>) {
    super(`event ${revision} of the stream ${name} was not appended by a ledger: its metadata is not ours`);
  }
}

/** A position that consumers could not keep exactly. */
export class PositionUnusable extends Error {
  override readonly name = 'PositionUnusable';

  constructor(commit: bigint) {
    super(
      commit === 2n ** 64n - 1n
        ? 'the server does not tell the positions of the events of a stream: it needs to be version 22.6 or newer'
        : `the commit position ${commit} is beyond ${Number.MAX_SAFE_INTEGER}, which positions in JSON end with`,
    );
  }
}

/** A commit position as ours. It is a place in a log in bytes, so that 2^53 are 9 PB. Throws {@link PositionUnusable}. */
export const positionOf = (commit: bigint): Position => {
  if (commit > BigInt(Number.MAX_SAFE_INTEGER)) throw new PositionUnusable(commit);
  return commit;
};

/** What is to be appended for an event. */
export const proposed = (tenant: string, event: SoundEvent): Proposed => {
  const { id, type, occurredAt, data, fingerprint, meta } = event;
  return { id, type, data: Buffer.from(data), metadata: { tenant, occurredAt, fingerprint, meta } };
};

/** An event of ours with what only the adapter needs to know. Throws {@link ForeignEvent}, {@link PositionUnusable}. */
export const storedOf = (recorded: Recorded): StoredEvent & { readonly fingerprint: string } => {
  const { name, revision, id, type, created, data, metadata } = recorded;
  if (!isBeside(metadata) || !name.startsWith(prefixOf(metadata.tenant))) throw new ForeignEvent(recorded);
  const { tenant, occurredAt, fingerprint, meta } = metadata;
  return {
    position: positionOf(recorded.position),
    tenant,
    stream: name.slice(prefixOf(tenant).length),
    version: Number(revision) + 1,
    id,
    type,
    occurredAt,
    recordedAt: trimmed(created.toISOString()),
    data: Buffer.from(data).toString(),
    meta,
    fingerprint,
  };
};

const isBeside = (value: unknown): value is Beside => {
  const { tenant, occurredAt, fingerprint, meta } = (value ?? {}) as Record<string, unknown>;
  return [tenant, occurredAt, fingerprint, meta].every((one) => typeof one === 'string');
};
