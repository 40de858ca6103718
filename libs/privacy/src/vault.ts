import {
  type Draft,
  type Event,
  metaText,
  parseStored,
  type Recorded,
  type Seal,
  sealed,
} from '@throughline/contracts';
import type { KeyObject } from 'node:crypto';
import { decrypt, decryptText, encrypt, encryptText } from './box.ts';
import { putBack, takeOut } from './fields.ts';
import { jointKeys } from './joint.ts';
import { type KeyId, keyId, type KeyStore, ownerOf, quarterOf } from './key-store.ts';
import { keyedId } from './keyed.ts';
import { inSlices } from './slices.ts';

/** An event as the ledger takes it, its personal fields sealed, and the keys that it takes to open them. */
export type SealedEvent = {
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly occurredAt: string;
    readonly data: string;
    readonly meta: string;
  };
  readonly sealedUnder: readonly KeyId[];
};

/** An event as the ledger gives it. */
export type Stored = Omit<Recorded, 'type' | 'data' | 'meta' | 'erased' | 'expired' | 'sealed'> & {
  readonly type: string;
  readonly data: string;
  readonly meta: string;
};

/** Seals of one event, wherever they are kept by now. */
export type SealsOf = { readonly event: string; readonly seals: readonly Seal[] };

/**
 * What was in the seals, by JSON Pointer into the event's data. Where a key is gone its fields are: `erased` with an owner who
 * was erased, `expired` where only its time is over.
 */
export type Opened = {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly erased: boolean;
  readonly expired: boolean;
};

/** Sealed bytes that are no event: a raw mail, something quarantined. */
export type Sealed = { readonly keys: readonly KeyId[]; readonly bytes: Buffer };

/** What opens events and the seals that read models keep of them. */
export type Opener = Pick<Vault, 'open' | 'openSeals'>;

type Keys = ReadonlyMap<KeyId, KeyObject>;

/**
 * Seals the personal fields of events and opens them again. One seal per event and set of owners, AES-256-GCM, bound to
 * tenant, event and fields, under the owners' keys of the quarter in which it is sealed.
 */
export class Vault {
  readonly #keys: KeyStore;
  readonly #now: () => Date;
  readonly #joint = jointKeys();

  constructor(keys: KeyStore, now: () => Date = () => new Date()) {
    this.#keys = keys;
    this.#now = now;
  }

  /** In the order of the drafts; their keys are durable when it resolves. Throws `KeyDestroyed`, sealing nothing. */
  async seal(tenant: string, drafts: readonly Draft[]): Promise<SealedEvent[]> {
    const quarter = quarterOf(this.#now());
    const taken = await inSlices(drafts, (draft) => {
      const { clear, parts } = takeOut(draft);
      const keys = parts.map(({ owners }) => idsOf(owners, quarter));
      return { draft, clear, parts, keys, sealedUnder: distinct(keys) };
    });
    const found = await this.#keys.keys(tenant, distinct(taken.map(({ sealedUnder }) => sealedUnder)));
    return inSlices(taken, ({ draft: { id, type, occurredAt, meta }, clear, parts, keys, sealedUnder }) => {
      const seals = parts.map(({ pointers, values }, at): Seal => {
        const key = this.#joint(tenant, keys[at]!, found)!;
        return {
          k: keys[at]!,
          f: pointers,
          b: encryptText(key, boundTo(tenant, id, pointers), JSON.stringify(values)),
        };
      });
      const data = JSON.stringify(seals.length > 0 ? { ...clear, [sealed]: seals } : clear);
      return { event: { id, type, occurredAt, data, meta: metaText(type, meta) }, sealedUnder };
    });
  }

  /** Parsed, of today's schema, opened. Fields whose key is gone are absent: `erased`, `expired`. Throws `BoxBroken`, `UnknownEvent`. */
  async open(tenant: string, stored: readonly Stored[]): Promise<Recorded[]> {
    const parsed = await inSlices(stored, parseStored);
    const keys = await this.#find(
      tenant,
      parsed.map(({ seals }) => seals),
    );
    return this.#openedWith(keys, tenant, stored, parsed);
  }

  /** The same for whom nothing may be opened: personal fields are left out, and `sealed` says so. */
  blind(): Opener {
    const none: Keys = new Map();
    return {
      open: async (tenant, stored) => {
        const opened = await this.#openedWith(none, tenant, stored, await inSlices(stored, parseStored));
        return opened.map(({ erased, expired, ...event }) => (erased || expired ? { ...event, sealed: true } : event));
      },
      openSeals: async (_, kept) => kept.map(() => ({ fields: new Map(), erased: false, expired: false })),
    };
  }

  #openedWith(
    keys: Keys,
    tenant: string,
    stored: readonly Stored[],
    parsed: readonly ReturnType<typeof parseStored>[],
  ): Promise<Recorded[]> {
    return inSlices(parsed, ({ type, data, seals, meta }, index) => {
      const { id, stream, version, position, occurredAt, recordedAt } = stored[index]!;
      const shut = seals.filter(
        (seal) => !this.#unseal(tenant, id, seal, keys, (pointer, value) => putBack(data, pointer, value)),
      );
      const { erased, expired } = this.#why(tenant, shut, keys);
      const event = { type, data } as Event;
      return {
        ...event,
        id,
        tenant,
        stream,
        version,
        position,
        occurredAt,
        recordedAt,
        meta,
        ...(erased && { erased }),
        ...(expired && { expired }),
      };
    });
  }

  /** Opens seals that a read model keeps, in their order. Throws `BoxBroken`. */
  async openSeals(tenant: string, kept: readonly SealsOf[]): Promise<Opened[]> {
    const keys = await this.#find(
      tenant,
      kept.map(({ seals }) => seals),
    );
    return inSlices(kept, ({ event, seals }) => {
      const fields = new Map<string, unknown>();
      const shut = seals.filter(
        (seal) => !this.#unseal(tenant, event, seal, keys, (pointer, value) => fields.set(pointer, value)),
      );
      return { fields, ...this.#why(tenant, shut, keys) };
    });
  }

  /** Bytes that belong to all of `owners` jointly (one that is not a handle: an item of quarantine). `belongsTo` is asked for again. */
  async sealBytes(tenant: string, owners: readonly string[], belongsTo: string, bytes: Uint8Array): Promise<Sealed> {
    if (owners.length === 0) throw new Error('bytes to be sealed belong to nobody');
    const ids = idsOf([...new Set(owners)].toSorted(), quarterOf(this.#now()));
    const key = this.#joint(tenant, ids, await this.#keys.keys(tenant, ids))!;
    return { keys: ids, bytes: encrypt(key, boundTo(tenant, belongsTo, []), bytes) };
  }

  /** What {@link sealBytes} was given; undefined where a key is gone. Throws `BoxBroken`. */
  async openBytes(tenant: string, sealed: Sealed, belongsTo: string): Promise<Buffer | undefined> {
    const key = this.#joint(tenant, sealed.keys, await this.#keys.find(tenant, sealed.keys));
    return key && decrypt(key, boundTo(tenant, belongsTo, []), sealed.bytes);
  }

  /**
   * The id of a normalised handle. It has a generation, which an erasure raises: who writes again is a new person, whom
   * nothing leads to the old one.
   */
  handleId(tenant: string, handle: string): string {
    return this.handleIds(tenant, handle).at(-1)!;
  }

  /** Every id that a normalised handle ever had, the newest last: all others are erased. */
  handleIds(tenant: string, handle: string): readonly string[] {
    const secret = this.#keys.secret(tenant, 'id');
    const ids = [keyedId(secret, 'handle', handle)];
    while (this.#keys.isErased(tenant, ids.at(-1)!)) ids.push(keyedId(secret, 'handle', handle, String(ids.length)));
    return ids;
  }

  /** The id of an account by its key. */
  accountId(tenant: string, key: string): string {
    return keyedId(this.#keys.secret(tenant, 'id'), 'account', key);
  }

  /** The id of a source's conversation, or of a message that a mail mentions. */
  conversationId(tenant: string, source: string, key: string): string {
    return keyedId(this.#keys.secret(tenant, 'id'), 'conversation', source, key);
  }

  #find(tenant: string, seals: readonly (readonly Seal[])[]): Promise<Keys> {
    return this.#keys.find(tenant, [...new Set(seals.flatMap((of) => of.flatMap(({ k }) => k)))]);
  }

  // Why seals did not open: with an owner who was erased, whatever else is gone; else their time is over.
  #why(tenant: string, shut: readonly Seal[], keys: Keys): { erased: boolean; expired: boolean } {
    const gone = shut.flatMap(({ k }) => k.filter((id) => !keys.has(id)));
    const erased = gone.some((id) => this.#keys.isErased(tenant, ownerOf(id)));
    return { erased, expired: gone.length > 0 && !erased };
  }

  // False where a key is gone.
  #unseal(
    tenant: string,
    event: string,
    { k, f, b }: Seal,
    keys: Keys,
    put: (pointer: string, value: unknown) => void,
  ): boolean {
    const key = this.#joint(tenant, k, keys);
    if (!key) return false;
    const values = JSON.parse(decryptText(key, boundTo(tenant, event, f), b)) as unknown[];
    f.forEach((pointer, index) => put(pointer, values[index]));
    return true;
  }
}

const idsOf = (owners: readonly string[], quarter: string): KeyId[] => owners.map((owner) => keyId(owner, quarter));

const distinct = (lists: readonly KeyId[][]): KeyId[] => (lists.length === 1 ? lists[0]! : [...new Set(lists.flat())]);

const boundTo = (tenant: string, what: string, pointers: readonly string[]): string =>
  JSON.stringify([tenant, what, ...pointers]);
