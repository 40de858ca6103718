import { type Heard, projector } from '@throughline/read-model';
import type { Client } from '@throughline/postgres';
import { caughtUp } from './caught-up.ts';
import { factOf, type Router } from './router.ts';

/** The events that something follows from. */
const heard = [
  'InteractionCaptured', 'InteractionAmended', 'ConversationsJoined', 'SessionEnded', 'OwnerAssigned', 'CrmContextRead',
  'HandlesLinked', 'LinkRetracted', 'SubjectErased', 'MatterChosen', 'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterReopened',
  'MatterQueued', 'MatterOffered', 'MatterOfferEnded', 'MatterAssigned', 'MatterHandedOn', 'MatterClosed', 'TurnTaken',
  'TurnReleased', 'TeamDefined', 'TeamRemoved', 'AgentDefined', 'AgentPresenceChanged', 'AgentRemoved',
] as const; // prettier-ignore

const isHistory = (event: Heard): boolean => event.type === 'InteractionCaptured' && event.data.backfill === true;

/**
 * Routing at work on the feed. It writes no rows: it appends what follows from a batch, then commits its place. Whoever
 * repeats a batch after a crash, or works on it beside another, appends the same events, which the ledger knows already.
 * It waits for the rows, until it is `stopping`.
 */
export const routingReactor = (router: Pick<Router, 'hear'>, stopping?: AbortSignal) =>
  projector({
    name: 'routing.reactor',
    version: 1,
    tables: [],
    events: heard,
    // Whoever does not know a newer event knows that nothing follows from it here.
    unknown: 'pass',
    prepare: async (events, db: Client): Promise<void> => {
      const facts = events.filter((event) => !isHistory(event)).map(factOf);
      const last = facts.at(-1);
      if (!last) return;
      await caughtUp(db, last.position, { signal: stopping });
      await router.hear(facts, { at: events.at(-1)!.recordedAt, heard: Number(last.position) }, stopping);
    },
    project: () => [],
  });
