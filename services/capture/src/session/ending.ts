import { derivedId, type Instant, metaText, parseStored, streamOf } from '@throughline/contracts';
import { Conflict, fold, Rejection } from '@throughline/decider';
import type { NewEvent, Outcome, StoredEvent } from '@throughline/ledger';
import { inWords } from '../record.ts';
import type { Sources } from '../sources.ts';
import { stateOf, type Told } from '../transact.ts';
import { type Ended, lastBefore, type SessionDecision, type SessionEvent, type Sessions, sessions } from './session.ts';

type Deps = Pick<Sources, 'ledger' | 'now'>;

/** Ends to be decided on a conversation: all that is one with it, the oldest first. */
export type Ending = {
  readonly tenant: string;
  readonly conversations: readonly [string, ...string[]];
  readonly decide: SessionDecision;
  readonly actor: string;
  /** The id of an end by hand, and whether a known event of that id says the same. */
  readonly asked?: { readonly id: string; readonly isSame: (data: Ended['data']) => boolean };
};

const tries = 8;

/**
 * Decides on the sessions of a conversation as they are and appends the ends that come of it, in one command; after a lost
 * race again. An end by quiet or by the channel has the id of its session, so that whoever tells it tells it once. No news
 * answers with what changed the conversation last. Throws what the decision throws, `IdReused`, and `Conflict` after eight
 * lost races.
 */
export const tellEnds = async (deps: Deps, ending: Ending): Promise<Told | undefined> => {
  const { tenant, decide, asked } = ending;
  const [oldest, ...others] = ending.conversations;
  const stream = streamOf.conversation(oldest);
  const ask = {
    tenant,
    stream,
    beside: others.map(streamOf.conversation),
    noun: sessions,
    hears: ['InteractionCaptured', 'SessionEnded', 'ConversationsJoined'] as const,
    id: asked?.id,
  };
  for (let nth = 1; ; nth += 1) {
    const { state, version, last, known } = await stateOf<Sessions, SessionEvent>(deps.ledger, ask);
    if (known) return toldBefore(known, asked?.isSame);
    const events = decide(state);
    if (events.length === 0) return last && { event: last.id, position: last.position, isNews: false };
    const fresh = newEvents(deps, ending, state, events);
    const outcome = await append(deps, { tenant, stream, expected: version, events: fresh });
    if (outcome.is === 'appended' || outcome.is === 'duplicate')
      return { event: fresh.at(-1)!.id, position: outcome.positions.at(-1)!, isNews: outcome.is === 'appended' };
    if (outcome.is === 'refused' && outcome.reason === 'IdElsewhere') throw reused();
    if (nth === tries) throw new Conflict(stream, version);
  }
};

const reused = (): Rejection =>
  new Rejection('IdReused', 'The same key was used before for something else. What was stored first stays.');

const toldBefore = (known: StoredEvent, isSame: ((data: Ended['data']) => boolean) | undefined): Told => {
  const { data } = parseStored(known);
  if (known.type !== 'SessionEnded' || !isSame?.(data as Ended['data'])) throw reused();
  return { event: known.id, position: known.position, isNews: false };
};

const append = async ({ ledger }: Deps, command: Parameters<Deps['ledger']['append']>[0][number]): Promise<Outcome> => {
  try {
    return (await ledger.append([command]))[0]!;
  } catch (error) {
    throw inWords(error);
  }
};

const newEvents = (
  { now }: Deps,
  { tenant, actor, asked }: Ending,
  before: Sessions,
  events: readonly Ended[],
): NewEvent[] => {
  let state = before;
  return events.map(({ type, data }): NewEvent => {
    const causation = data.by === 'hand' ? undefined : lastBefore(state, data.at);
    state = fold(sessions, [{ type, data }], state);
    const occurredAt: Instant = data.by === 'hand' ? now().toISOString() : data.at;
    return {
      id: (data.by === 'hand' && asked?.id) || derivedId('session', tenant, data.conversation, String(data.session)),
      type,
      occurredAt,
      data: JSON.stringify(data),
      meta: metaText(type, { actor: data.by === 'hand' ? actor : quietActor, causation, correlation: causation }),
    };
  });
};

/** Who tells ends that nobody gave. */
export const quietActor = 'capture.session';
