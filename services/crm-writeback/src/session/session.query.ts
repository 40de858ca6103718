import { arranged, type DataOf, parseStored, streamOf } from '@throughline/contracts';
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

const forwards = async (ledger: Reads, tenant: string, stream: string, fromVersion: number): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for (let from = fromVersion; ; from += page) {
    const events = await ledger.read(tenant, stream, { fromVersion: from, limit: page });
    found.push(...events);
    if (events.length < page) return found;
  }
};

type Told = Pick<DataOf<'SessionEnded'>, 'session' | 'by' | 'at' | 'left'> & { readonly position: Position };

const toldIn = (events: readonly StoredEvent[]): Told[] =>
  events
    .filter(({ type }) => type === 'SessionEnded')
    .map((stored) => ({ ...(parseStored(stored).data as DataOf<'SessionEnded'>), position: stored.position }));

/** The events of a stream up to an end, back to where the session before left nothing to it; in their order. */
const backwards = async (ledger: Reads, { tenant, conversation, version }: SessionEnd): Promise<StoredEvent[]> => {
  const stream = streamOf.conversation(conversation);
  let found: StoredEvent[] = [];
  let session: number | undefined;
  for (let end = version + 1; end > 1; end = Math.max(end - page, 1)) {
    const from = Math.max(end - page, 1);
    const events = await ledger.read(tenant, stream, { fromVersion: from, limit: end - from });
    found = [...events, ...found];
    session ??= toldIn(events).at(-1)?.session;
    if (toldIn(events).some((told) => told.session !== session && told.left === undefined)) break;
  }
  return found;
};

const isAfter = ({ occurredAt }: StoredEvent, at: string): boolean => Date.parse(occurredAt) > Date.parse(at);

/** Whether none of these ends was its end. */
const isLeftBy =
  (ends: readonly Told[]) =>
  (event: StoredEvent): boolean =>
    ends.every(({ position, left, at }) => event.position > position || (left !== undefined && isAfter(event, at)));

/** A conversation that is part of another one by now, and where in the ledger it became so. */
export type Member = { readonly conversation: string; readonly since: Position };

/** Whether it is a meeting that one of these events withdraws: nobody held it. */
const isWithdrawnBy = (events: readonly StoredEvent[]) => {
  const told = events.filter(({ type }) => type === 'InteractionAmended').map((stored) => parseStored(stored).data);
  const withdrawn = (told as DataOf<'InteractionAmended'>[]).filter(({ change }) => change === 'withdrawn');
  const ids = new Set(withdrawn.map(({ interaction }) => interaction));
  return (event: StoredEvent): boolean =>
    ids.has(event.id) && arranged.includes((parseStored(event).data as DataOf<'InteractionCaptured'>).channel);
};

/**
 * The events of a session, in the ledger's order, still sealed: what was captured in the conversation, and in those that
 * were joined to it, and was not part of a session before; where not a person ended it, what was said up to its end. A
 * meeting that was withdrawn by then is no part of it.
 */
export const eventsOfSession = async (
  ledger: Reads,
  end: SessionEnd,
  members: readonly Member[],
): Promise<StoredEvent[]> => {
  const own = await backwards(ledger, end);
  const ends = toldIn(own);
  const session = ends.at(-1)?.session;
  // Told again with an outcome, it ended as it was told first.
  const first = ends.find((told) => told.session === session);
  if (!first) return [];
  const before = ends.filter((told) => told.session !== session);
  const isBefore = ({ position }: StoredEvent): boolean => position < end.position;
  const others = await Promise.all(
    members.map(async ({ conversation, since }) => {
      const theirs = (await forwards(ledger, end.tenant, streamOf.conversation(conversation), 1)).filter(isBefore);
      const isLeft = isLeftBy([...toldIn(theirs), ...before.filter(({ position }) => position > since)]);
      return { theirs, left: theirs.filter(isLeft) };
    }),
  );
  const isWithdrawn = isWithdrawnBy([...own, ...others.flatMap(({ theirs }) => theirs)]);
  const isIn = (event: StoredEvent): boolean =>
    event.type === 'InteractionCaptured'
      ? event.position < first.position && (first.by === 'hand' || !isAfter(event, first.at)) && !isWithdrawn(event)
      : isBefore(event);
  return [...own.filter(isLeftBy(before)), ...others.flatMap(({ left }) => left)]
    .filter(isIn)
    .toSorted((a, b) => (a.position < b.position ? -1 : 1));
};

/** What became of the interactions of a session since: amendments, in the streams from its end on. */
export const amendmentsSince = async (
  ledger: Reads,
  end: SessionEnd,
  members: readonly Member[],
): Promise<StoredEvent[]> => {
  const own = await forwards(ledger, end.tenant, streamOf.conversation(end.conversation), end.version + 1);
  const others = await Promise.all(
    members.map(({ conversation }) => forwards(ledger, end.tenant, streamOf.conversation(conversation), 1)),
  );
  return [...own, ...others.flat().filter(({ position }) => position > end.position)].filter(
    ({ type }) => type === 'InteractionAmended',
  );
};

/** The conversations that are part of another one by now, beside itself. */
export const membersOf = async (client: Client, tenant: string, conversation: string): Promise<Member[]> => {
  const { rows } = await client.query<Member>({
    name: 'writeback.members',
    text: `
      with recursive down (conversation, since) as (
        select j.conversation, j.position from writeback.joined j where j.tenant = $1 and j."into" = $2
        union
        select j.conversation, greatest(j.position, down.since) from down
        join writeback.joined j on j.tenant = $1 and j."into" = down.conversation
      )
      select conversation, min(since) as since from down where conversation <> $2 group by conversation order by conversation`,
    values: [tenant, conversation],
  });
  return rows;
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
