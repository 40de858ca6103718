import { randomUUID } from 'node:crypto';
import { type DataOf, type Draft, type EventName, streamOf } from '@throughline/contracts';
import { ledgerFeed, migrations as feedMigrations } from '@throughline/feed';
import { migrations as identityMigrations } from '@throughline/identity';
import { memoryLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { type KeyStore, memoryKeyStore, Vault } from '@throughline/privacy';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { postgres } from '@throughline/testing';
import type { Ledger } from '@throughline/ledger';
import { captured, type Said } from './said.ts';

/** What a ground can share with another one. */
export type Shared = { readonly ledger?: Ledger; readonly keys?: KeyStore };

const schemas = {
  read_model: readModelMigrations,
  feed: feedMigrations,
  identity: identityMigrations,
  timeline: new URL('../migrations', import.meta.url),
};

/** What the read side stands on: a database, a ledger in memory, keys, and ways to put events into the ledger. */
export const ground = async (shared: Shared = {}) => {
  const urls = await postgres(schemas);
  const db = connect({ url: urls.service, application: 'spec' });
  const projectorDb = connect({ url: urls.projector, application: 'spec' });
  const keys = shared.keys ?? memoryKeyStore();
  const vault = new Vault(keys);
  const ledger = shared.ledger ?? memoryLedger();

  /** Appends events to one stream, answers their positions. */
  const append = async (tenant: string, stream: string, drafts: readonly Partial<Draft>[]): Promise<bigint[]> => {
    const plain = { occurredAt: '2026-05-04T09:30:00Z', meta: { actor: 'spec' } };
    const whole = drafts.map((draft) => ({ id: randomUUID(), ...plain, ...draft }));
    const sealed = await vault.seal(tenant, whole as Draft[]);
    const events = sealed.map(({ event }) => event);
    const [outcome] = await ledger.append([{ tenant, stream, expected: 'any', events }]);
    if (outcome?.is !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`);
    return [...outcome.positions];
  };

  /** Captures interactions, each in its conversation's stream; answers the events' ids. */
  const say = async (tenant: string, ...said: readonly Said[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const one of said) {
      const data = captured(vault, tenant, one);
      const id = randomUUID();
      await append(tenant, streamOf.conversation(data.conversation), [
        event('InteractionCaptured', data, { id, occurredAt: one.at }),
      ]);
      ids.push(id);
    }
    return ids;
  };

  const close = async () => {
    await Promise.all([db.close(), projectorDb.close()]);
    if (!shared.ledger) await ledger.close();
    if (!shared.keys) keys.close();
    await urls.drop();
  };

  return { ledger, feed: ledgerFeed(ledger), db, projectorDb, keys, vault, append, say, close };
};

export type Ground = Awaited<ReturnType<typeof ground>>;

/** An event of a name, to be appended. */
export const event = <Name extends EventName>(
  type: Name,
  data: DataOf<Name>,
  more: Partial<Draft> = {},
): Partial<Draft> => ({ type, data, ...more }) as Partial<Draft>;
