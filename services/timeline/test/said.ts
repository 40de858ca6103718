import { randomUUID } from 'node:crypto';
import type { Channel, DataOf } from '@throughline/contracts';
import type { Vault } from '@throughline/privacy';

type Captured = DataOf<'InteractionCaptured'>;
type Participant = Captured['participants'][number];

/** One interaction, as short as a spec can say it: `from` writes to `to`. */
export type Said = {
  readonly at: string;
  readonly from: string;
  readonly to?: readonly string[];
  /** Which of them are ours. */
  readonly agents?: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  /** The organisations' keys, by handle. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Handles that are verified to be the same person's, by handle. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
  readonly text?: string;
  readonly channel?: Channel;
  readonly conversation?: string;
} & Partial<Pick<Captured, 'direction' | 'kind' | 'automatic' | 'subject' | 'topic' | 'intent'>>;

const participantsOf = (vault: Vault, tenant: string, said: Said): Participant[] => {
  const { from, to = [], agents = [], names = {}, accounts = {}, also = {} } = said;
  const party = (handle: string) => ({ id: vault.handleId(tenant, handle), handle });
  const account = (key: string) => ({ id: vault.accountId(tenant, key), key, name: `${key} Ltd` });
  return [from, ...to.filter((one) => one !== from)].map((handle) => ({
    ...party(handle),
    role: agents.includes(handle) ? ('agent' as const) : ('customer' as const),
    ...(names[handle] !== undefined && { name: names[handle] }),
    ...(accounts[handle] !== undefined && { account: account(accounts[handle]) }),
    ...(also[handle] && { also: also[handle].map((other) => ({ ...party(other), verified: true })) }),
  }));
};

/** The data of the event that captures it. */
export const captured = (vault: Vault, tenant: string, said: Said): Captured => {
  const { at: _, from, to: __, agents = [], names: ___, accounts: ____, also: _____, ...rest } = said;
  const { conversation = from, ...same } = rest;
  return {
    source: 'spec',
    channel: 'email',
    direction: agents.includes(from) ? 'outbound' : 'inbound',
    ...same,
    conversation: vault.conversationId(tenant, 'spec', conversation),
    author: 0,
    participants: participantsOf(vault, tenant, said),
    declared: { key: randomUUID(), conversation },
  };
};
