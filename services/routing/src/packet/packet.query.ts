import { isToCome, type Recorded, streamOf } from '@throughline/contracts';
import { fold } from '@throughline/decider';
import type { StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { conversationsOf } from '../matter/listed.query.ts';
import { type Heard, type Matter, type MatterEvent, matters } from '../matter/matter.ts';
import { peopleOf } from '../person/person.query.ts';
import type { RoutingOptions } from '../routing.ts';
import { matterHears } from '../stream.ts';
import { type Packet, packetOf } from './packet.ts';

type Deps = Pick<RoutingOptions, 'ledger' | 'vault' | 'db' | 'now'>;

/** A matter as its stream tells it, opened: what it is, and what those who handed it on said. */
export const matterFromStream = async (
  { ledger, vault }: Pick<Deps, 'ledger' | 'vault'>,
  tenant: string,
  id: string,
): Promise<{ readonly state: Matter; readonly notes: readonly string[] }> => {
  const stored = await ledger.read(tenant, streamOf.matter(id));
  const ours = stored.filter(({ type }) => (matterHears as readonly string[]).includes(type));
  const events = (await vault.open(tenant, ours)) as Recorded<MatterEvent['type']>[];
  const notes = events.flatMap((event) => (event.type === 'MatterHandedOn' ? (event.data.packet.note ?? []) : []));
  return { state: fold(matters, events), notes };
};

const mostConversations = 5;
const lastOnes = 12;

const versionsOf = async (db: Client, tenant: string, conversations: readonly string[]) => {
  const { rows } = await db.query<{ conversation: string; version: number }>({
    name: 'routing.touched_versions',
    text: 'select conversation, version from routing.touch where tenant = $1 and conversation = any($2::uuid[])',
    values: [tenant, conversations],
  });
  return new Map(rows.map(({ conversation, version }) => [conversation, version]));
};

/** The first and the last things that were said in a conversation. */
const saidIn = async (
  { ledger }: Pick<Deps, 'ledger'>,
  tenant: string,
  conversation: string,
  version: number,
): Promise<StoredEvent[]> => {
  const stream = streamOf.conversation(conversation);
  const from = Math.max(1, version - lastOnes + 1);
  const [first, last] = await Promise.all([
    from > 1 ? ledger.read(tenant, stream, { limit: 1 }) : [],
    ledger.read(tenant, stream, { fromVersion: from, limit: lastOnes * 2 }),
  ]);
  return [...first, ...last].filter(({ type }) => type === 'InteractionCaptured');
};

/** The packet of a matter, its words read from the ledger. */
export const packetFor = async (
  deps: Deps,
  tenant: string,
  matter: Heard,
  notes: readonly string[],
): Promise<Packet> => {
  const { db, vault, now = () => new Date() } = deps;
  const at = now().toISOString();
  const { conversations, versions, face } = await db.asTenant(tenant, async (client) => {
    const conversations = await conversationsOf(client, tenant, matter.matter, at);
    const versions = await versionsOf(client, tenant, conversations.map(({ id }) => id)); // prettier-ignore
    const face = await peopleOf(client, vault, tenant, matter.holders.map(({ agent }) => agent)); // prettier-ignore
    return { conversations, versions, face };
  });
  const read = conversations
    .slice(0, mostConversations)
    .map(({ id }) => saidIn(deps, tenant, id, versions.get(id) ?? 1));
  const stored = (await Promise.all(read)).flat();
  const said = (await vault.open(tenant, stored)) as Recorded<'InteractionCaptured'>[];
  const interactions = said.filter(({ data, occurredAt }) => !isToCome(data.channel, occurredAt, at));
  return packetOf({ matter, conversations, interactions, notes, face });
};
