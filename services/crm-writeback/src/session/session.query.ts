import { type DataOf, parseStored, streamOf } from '@throughline/contracts';
import type { Ledger, Position, StoredEvent } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import type { Touch } from './session.ts';

/** A session by the place of its end: in its conversation's stream, and in the ledger. */
export type SessionEnd = {
  readonly tenant: string;
  readonly conversation: string;
  readonly version: number;
  readonly position: Position;
};

const page = 200;

type Reads = Pick<Ledger, 'read'>;

/** The events before a version of a stream, as far back as the end of the session before; in their order. */
const backwards = async (ledger: Reads, tenant: string, stream: string, before: number): Promise<StoredEvent[]> => {
  let found: StoredEvent[] = [];
  for (let end = before; end > 1;) {
    const from = Math.max(end - page, 1);
    const events = await ledger.read(tenant, stream, { fromVersion: from, limit: end - from });
    const last = events.findLastIndex(({ type }) => type === 'SessionEnded');
    found = [...events.slice(last + 1), ...found];
    if (last >= 0) break;
    end = from;
  }
  return found;
};

const forwards = async (ledger: Reads, tenant: string, stream: string, fromVersion: number): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for (let from = fromVersion; ; from += page) {
    const events = await ledger.read(tenant, stream, { fromVersion: from, limit: page });
    found.push(...events);
    if (events.length < page) return found;
  }
};

/** Of a stream that is part of the conversation by now: what stands in it since its own last session ended. */
const ofMember = async (
  ledger: Reads,
  { tenant, position }: SessionEnd,
  conversation: string,
): Promise<StoredEvent[]> => {
  const all = await forwards(ledger, tenant, streamOf.conversation(conversation), 1);
  const before = all.filter((event) => event.position < position);
  return before.slice(before.findLastIndex(({ type }) => type === 'SessionEnded') + 1);
};

/**
 * The events of a session, in the ledger's order, still sealed: what was captured in the conversation, and in those that
 * were joined to it, between the end of the session before and its own.
 */
export const eventsOfSession = async (
  ledger: Reads,
  end: SessionEnd,
  members: readonly string[],
): Promise<StoredEvent[]> => {
  const own = await backwards(ledger, end.tenant, streamOf.conversation(end.conversation), end.version);
  const others = await Promise.all(members.map((member) => ofMember(ledger, end, member)));
  return [...own, ...others.flat()].toSorted((a, b) => (a.position < b.position ? -1 : 1));
};

/** What became of the interactions of a session since: amendments, in the streams from its end on. */
export const amendmentsSince = async (
  ledger: Reads,
  end: SessionEnd,
  members: readonly string[],
): Promise<StoredEvent[]> => {
  const own = await forwards(ledger, end.tenant, streamOf.conversation(end.conversation), end.version + 1);
  const others = await Promise.all(
    members.map((member) => forwards(ledger, end.tenant, streamOf.conversation(member), 1)),
  );
  return [...own, ...others.flat().filter(({ position }) => position > end.position)].filter(
    ({ type }) => type === 'InteractionAmended',
  );
};

/** The conversations that are part of another one by now, beside itself. */
export const membersOf = async (client: Client, tenant: string, conversation: string): Promise<string[]> => {
  const { rows } = await client.query<{ conversation: string }>({
    name: 'writeback.members',
    text: `
      with recursive down (conversation) as (
        select j.conversation from writeback.joined j where j.tenant = $1 and j."into" = $2
        union
        select j.conversation from down join writeback.joined j on j.tenant = $1 and j."into" = down.conversation
      )
      select conversation from down where conversation <> $2 order by conversation`,
    values: [tenant, conversation],
  });
  return rows.map((row) => row.conversation);
};

/** Where a session ended; undefined where it is not known (yet). */
export const endOf = async (
  client: Client,
  tenant: string,
  conversation: string,
  session: number,
): Promise<SessionEnd | undefined> => {
  const { rows } = await client.query<{ version: number; position: Position }>({
    name: 'writeback.session_end',
    text: 'select version, position from writeback.session where tenant = $1 and conversation = $2 and session = $3',
    values: [tenant, conversation, session],
  });
  return rows[0] && { tenant, conversation, ...rows[0] };
};

/** The captured interactions among stored events, as a session is told from them. */
export const touchesIn = (events: readonly StoredEvent[]): Touch[] =>
  events
    .filter(({ type }) => type === 'InteractionCaptured')
    .map((stored) => ({
      occurredAt: stored.occurredAt,
      data: parseStored(stored).data as DataOf<'InteractionCaptured'>,
    }));
