import { type Change, type Heard, table } from '@throughline/read-model';
import type { Client } from '@throughline/postgres';
import type { HeardByParts, Part } from '../reactor.ts';
import type { Sources } from '../sources.ts';
import { oneWith } from '../thread/thread.query.ts';
import { quietActor, tellEnds } from './ending.ts';
import { endByChannel, isLive, lastsUntil } from './session.ts';
import { type GoingOn, goingOn, oldestOf, quietOf } from './session.query.ts';

/** Conversations in which something goes on: until when, so far, that which was said lasted. */
const sessionRows = table({
  name: 'capture.session',
  columns: { tenant: 'text', conversation: 'uuid', channel: 'text', at: 'timestamptz' },
  key: ['tenant', 'conversation'],
  merge: 'replace',
});

/** What a tenant wants of one of the nouns. */
const policyRows = table({
  name: 'capture.policy',
  columns: { tenant: 'text', noun: 'text', position: 'bigint', data: 'json' },
  key: ['tenant', 'noun'],
  merge: 'newest',
});

type Deps = Pick<Sources, 'ledger' | 'now' | 'projectorDb'>;
const atOnce = 32;

/**
 * Knows what goes on, for who looks for quiet, and tells the ends that channels give with an interaction. History has no
 * sessions. Repeated for the same events it appends what the ledger knows.
 */
export const sessionReactor = (deps: Deps): Part => ({
  tables: [sessionRows, policyRows],
  react: async (events, db) => {
    const changes = [...(await sessionChanges(events, db)), ...policyChanges(events)];
    await tellChannelEnds(deps, events, db);
    return changes;
  },
});

const policyChanges = (events: readonly HeardByParts[]): Change[] =>
  events
    .filter((event) => event.type === 'SessionPolicySet' || event.type === 'RetentionPolicySet')
    .map(({ tenant, type, position, stored }) => {
      const noun = type === 'SessionPolicySet' ? 'session' : 'retention';
      return policyRows.put({ tenant, noun, position, data: stored.data });
    });

const conversationsIn = (event: HeardByParts): string[] => {
  switch (event.type) {
    case 'InteractionCaptured':
      return isLive(event.data) ? [event.data.conversation] : [];
    case 'SessionEnded':
      return [event.data.conversation];
    case 'ConversationsJoined':
      return [event.data.from, event.data.into];
    case 'SessionPolicySet':
    case 'SubjectErased':
    case 'ErasureCompleted':
    case 'RetentionPolicySet':
      return [];
  }
};

const nameOf = ({ tenant, conversation }: { tenant: string; conversation: string }): string =>
  `${tenant} ${conversation}`;

const later = (one: string | undefined, other: string): string =>
  one !== undefined && Date.parse(one) > Date.parse(other) ? one : other;

const sessionChanges = async (events: readonly HeardByParts[], db: Client): Promise<Change[]> => {
  const named = events.flatMap((event) =>
    conversationsIn(event).map((conversation) => ({ tenant: event.tenant, conversation })),
  );
  if (named.length === 0) return [];
  const oldest = await oldestOf(db, named);
  const oldestOnes = named.map(({ tenant, conversation }) => ({
    tenant,
    conversation: oldest(tenant, conversation),
  }));
  const before = new Map((await goingOn(db, unique([...named, ...oldestOnes]))).map((row) => [nameOf(row), row]));
  const now = new Map(before);
  for (const event of events) hear(now, event, (conversation) => oldest(event.tenant, conversation));
  return changed(before, now);
};

const unique = <N extends { tenant: string; conversation: string }>(named: readonly N[]): N[] => [
  ...new Map(named.map((one) => [nameOf(one), one])).values(),
];

const hear = (now: Map<string, GoingOn>, event: HeardByParts, oldest: (conversation: string) => string): void => {
  const { tenant } = event;
  const goOn = (conversation: string, channel: string, at: string): void => {
    const name = nameOf({ tenant, conversation });
    now.set(name, { tenant, conversation, channel, at: later(now.get(name)?.at, at) });
  };
  switch (event.type) {
    case 'InteractionCaptured': {
      const { conversation, channel } = event.data;
      const until = new Date(lastsUntil(event.occurredAt, event.data)).toISOString();
      if (isLive(event.data)) goOn(oldest(conversation), channel, until);
      return;
    }
    case 'ConversationsJoined': {
      const from = now.get(nameOf({ tenant, conversation: event.data.from }));
      if (!from || oldest(from.conversation) === from.conversation) return;
      now.delete(nameOf(from));
      return goOn(oldest(from.conversation), from.channel, from.at);
    }
    case 'SessionEnded': {
      const { by, at } = event.data;
      const name = nameOf({ tenant, conversation: oldest(event.data.conversation) });
      const row = now.get(name);
      if (row && (by === 'hand' || Date.parse(row.at) <= Date.parse(at))) now.delete(name);
      return;
    }
    case 'SessionPolicySet':
    case 'SubjectErased':
    case 'ErasureCompleted':
    case 'RetentionPolicySet':
      return;
  }
};

const changed = (before: ReadonlyMap<string, GoingOn>, now: ReadonlyMap<string, GoingOn>): Change[] => [
  ...[...before.values()]
    .filter((row) => !now.has(nameOf(row)))
    .map(({ tenant, conversation }) => sessionRows.remove({ tenant, conversation })),
  ...[...now.values()].filter((row) => before.get(nameOf(row)) !== row).map((row) => sessionRows.put(row)),
];

type Ending = Heard<'InteractionCaptured'>;

const tellChannelEnds = async (deps: Deps, events: readonly HeardByParts[], db: Client): Promise<void> => {
  const ends = events.filter(
    (event): event is Ending =>
      event.type === 'InteractionCaptured' && event.data.end !== undefined && !event.data.backfill,
  );
  if (ends.length === 0) return;
  const policy = await quietOf(db, [...new Set(ends.map(({ tenant }) => tenant))]);
  // Those of one conversation one after the other: they would only lose races against each other.
  const byConversation = [...Map.groupBy(ends, ({ tenant, data }) => nameOf({ tenant, ...data })).values()];
  for (let from = 0; from < byConversation.length; from += atOnce)
    await Promise.all(
      byConversation.slice(from, from + atOnce).map(async (theirs) => {
        for (const { tenant, id, data } of theirs) {
          const conversations = await oneWith(deps.projectorDb, tenant, data.conversation);
          const decide = endByChannel(conversations[0], id, policy(tenant));
          await tellEnds(deps, { tenant, conversations, decide, actor: quietActor });
        }
      }),
    );
};
