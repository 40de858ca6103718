import { type Change, table } from '@throughline/read-model';
import type { HeardEvent } from '../heard.ts';
import { theirsIn } from '../party/party.ts';

/** Conversations that turned out to be part of another one. */
export const joinedConversations = table({
  name: 'timeline.joined_conversation',
  columns: { tenant: 'text', conversation: 'uuid', into: 'uuid', position: 'bigint' },
  key: ['tenant', 'conversation'],
  merge: 'oldest',
});

/** Who took part in a conversation, our own people aside. */
export const conversationsOfHandles = table({
  name: 'timeline.conversation_of_handle',
  columns: { tenant: 'text', handle: 'uuid', conversation: 'uuid', position: 'bigint' },
  key: ['tenant', 'handle', 'conversation'],
  merge: 'oldest',
});

/** Sessions that ended, and when. */
export const endedSessions = table({
  name: 'timeline.ended_session',
  columns: { tenant: 'text', conversation: 'uuid', session: 'integer', ended_at: 'timestamptz', position: 'bigint' },
  key: ['tenant', 'conversation', 'session'],
  merge: 'oldest',
});

/** How long nothing has to be said for a session to be over, by channel, as a tenant said; the newest counts. */
export const sessionPolicies = table({
  name: 'timeline.session_policy',
  columns: { tenant: 'text', position: 'bigint', quiet: 'text' },
  key: ['tenant', 'position'],
  merge: 'keep',
});

/** The rows that one event makes in the tables above. */
export function* conversationRows(event: HeardEvent): Iterable<Change> {
  const { tenant, position } = event;
  if (event.type === 'InteractionCaptured')
    for (const handle of theirsIn(event.data.participants))
      yield conversationsOfHandles.put({ tenant, handle, conversation: event.data.conversation, position });
  if (event.type === 'ConversationsJoined')
    yield joinedConversations.put({ tenant, conversation: event.data.from, into: event.data.into, position });
  if (event.type === 'SessionPolicySet')
    yield sessionPolicies.put({ tenant, position, quiet: JSON.stringify(event.data.quiet) });
  if (event.type === 'SessionEnded') {
    const { conversation, session, at } = event.data;
    yield endedSessions.put({ tenant, conversation, session, ended_at: at, position });
  }
}
