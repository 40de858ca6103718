import { consequenceId, metaText, streamOf } from '@throughline/contracts';
import type { Command, Ledger } from '@throughline/ledger';
import { type Change, type Heard, table } from '@throughline/read-model';
import { captured, type Part } from '../reactor.ts';
import { type Join, threads } from './thread.ts';
import { type Named, readThreads } from './thread.query.ts';

const mentionRows = table({
  name: 'capture.mention',
  columns: { tenant: 'text', mention: 'uuid', conversation: 'uuid' },
  key: ['tenant', 'mention'],
  merge: 'keep',
});

const conversationRows = table({
  name: 'capture.conversation',
  columns: { tenant: 'text', conversation: 'uuid', elder: 'uuid', first_position: 'bigint' },
  key: ['tenant', 'conversation'],
  merge: 'replace',
});

type Message = Heard<'InteractionCaptured'>;

/**
 * Joins conversations whose messages name each other: appends `ConversationsJoined`, then commits its rows with its place.
 * It decides on rows that are as of its place, and an event's id follows from what caused it; so who repeats a batch
 * after a crash, or works on it beside another, appends the same events, which the ledger knows already.
 */
export const threadReactor = (ledger: Pick<Ledger, 'append'>): Part => ({
  tables: [mentionRows, conversationRows],
  react: async (events, db) => {
    const messages = captured(events).filter(({ data }) => data.mentions?.length);
    if (messages.length === 0) return [];
    const { commands, changes } = joined(messages, await readThreads(db, namedIn(messages)));
    const outcomes = commands.length > 0 ? await ledger.append(commands) : [];
    const refused = outcomes.find(({ is }) => is === 'refused' || is === 'conflict');
    if (refused) throw new Error(`a join of conversations was not stored: ${JSON.stringify(refused)}`);
    return changes;
  },
});

const byTenant = (messages: readonly Message[]) => Map.groupBy(messages, ({ tenant }) => tenant);

const namedIn = (messages: readonly Message[]): Named[] =>
  [...byTenant(messages)].map(([tenant, theirs]) => ({
    tenant,
    conversations: [...new Set(theirs.map(({ data }) => data.conversation))],
    mentions: [...new Set(theirs.flatMap(({ data }) => data.mentions ?? []))],
  }));

const joined = (messages: readonly Message[], known: Awaited<ReturnType<typeof readThreads>>) => {
  const commands: Command[] = [];
  const changes: Change[] = [];
  for (const [tenant, theirs] of byTenant(messages)) {
    const ours = <Row extends { tenant: string }>(rows: readonly Row[]) => rows.filter((row) => row.tenant === tenant);
    const state = threads(ours(known.conversations), ours(known.mentions));
    for (const message of theirs) {
      const { conversation, mentions = [] } = message.data;
      const joins = state.hear({ position: message.position, conversation, mentions });
      commands.push(...joins.map((join) => commandOf(message, join)));
    }
    const changed = state.changes();
    for (const { mention, conversation } of changed.mentions)
      changes.push(mentionRows.put({ tenant, mention, conversation }));
    for (const { id, elder, first } of changed.conversations)
      changes.push(conversationRows.put({ tenant, conversation: id, elder, first_position: first }));
  }
  return { commands, changes };
};

const commandOf = ({ id, tenant, recordedAt, meta }: Message, { into, from }: Join): Command => ({
  tenant,
  stream: streamOf.conversation(into),
  expected: 'any',
  events: [
    {
      id: consequenceId(id, 'capture.thread', from),
      type: 'ConversationsJoined',
      occurredAt: recordedAt,
      data: JSON.stringify({ into, from, evidence: [id] }),
      meta: metaText('ConversationsJoined', {
        actor: 'capture.thread',
        causation: id,
        correlation: meta.correlation ?? id,
      }),
    },
  ],
});
