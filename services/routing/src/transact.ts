import { derivedId, type Draft, type Event, parseStored } from '@throughline/contracts';
import { Conflict, type Decision, fold, raced, Rejection, type Stream } from '@throughline/decider';
import { Busy } from '@throughline/host';
import { type Ledger, LedgerBusy, LedgerUnavailable, type Outcome, type StoredEvent } from '@throughline/ledger';
import { KeyDestroyed, mac } from '@throughline/privacy';
import type { RoutingOptions } from './routing.ts';

type Deps = Pick<RoutingOptions, 'ledger' | 'vault' | 'keys' | 'now'>;

/** Something to be decided on a stream. Decisions look at what stands outside seals only. */
export type Ask<State, E extends Event> = {
  readonly tenant: string;
  /** Where what comes of it goes. */
  readonly stream: string;
  /** Other streams that the state is made from, all in the ledger's order. */
  readonly beside?: readonly string[];
  readonly noun: Stream<State, E>;
  /** The events that the noun is made from. */
  readonly hears: readonly E['type'][];
  readonly decide: Decision<State, E>;
  /** The id of the event that may come of it, the first of several: the same again where the same is asked again. */
  readonly id: string;
  readonly actor: string;
  /** The event that it follows from, where nobody asked. */
  readonly cause?: { readonly id: string; readonly correlation: string };
  /**
   * What makes it the same when it is asked again; all that the events say unless given. With it nothing is decided again:
   * what came of it then may have hung on what is different now.
   */
  readonly content?: unknown;
};

/** The event that says so now, a new one or the one that said so before; and the position of the last that came of it. */
export type Told = { readonly event: string; readonly position: bigint };

/**
 * Decides on a stream as it is and appends what comes of it; after a lost race again, on what the stream became. No news
 * answers with the event that said so last, undefined where none ever did. What was asked under this id before is decided
 * as it was then, so that the ledger answers with the first one's position, or that it was something else (`IdReused`).
 * Throws what the decision throws, and `Conflict` after five lost races.
 */
export const transact = <State, E extends Event>(deps: Deps, ask: Ask<State, E>): Promise<Told | undefined> => {
  const read: Read = new Map();
  return raced(async () => {
    const { past, version, before } = await pastOf(deps.ledger, ask, read);
    const state = () => fold(ask.noun, past.map(({ event }) => event)); // prettier-ignore
    const events = ask.content !== undefined && before.length > 0 ? before : ask.decide(state());
    if (events.length === 0) return past.at(-1)?.told;
    const outcome = await append(deps, ask, events, version);
    switch (outcome.is) {
      case 'appended':
      case 'duplicate':
        return { event: ask.id, position: outcome.positions.at(-1)! };
      case 'conflict':
        throw new Conflict(ask.stream, outcome.actual);
      case 'refused':
        throw refusalOf(outcome.reason);
    }
  });
};

const refusalOf = (reason: Extract<Outcome, { is: 'refused' }>['reason']): Error => {
  switch (reason) {
    case 'IdReused':
    case 'IdElsewhere':
    case 'PartlyKnown':
      return new Rejection('IdReused', 'The same key was used before for something else. What was stored first stays.');
    case 'KeyDestroyed':
      return erased();
    case 'CheckpointMoved':
      return new Error(`an event without a checkpoint was refused as ${reason}`);
  }
};

const erased = (): Rejection => new Rejection('SubjectErased', 'It is about somebody who was erased.');

type Place = Pick<Ask<unknown, never>, 'tenant' | 'stream' | 'id' | 'actor' | 'cause' | 'content'>;

/** Who repeats a command repeats the ids of all its events. */
const idOf = (id: string, nth: number): string => (nth === 0 ? id : derivedId('part', id, String(nth)));

const append = async (
  { ledger, vault, keys, now = () => new Date() }: Deps,
  { tenant, stream, id, actor, cause, content }: Place,
  events: readonly Event[],
  expected: number,
): Promise<Outcome> => {
  const at = now().toISOString();
  const meta = { actor, ...(cause && { causation: cause.id, correlation: cause.correlation }) };
  const drafts = events.map(({ type, data }, nth) => {
    const occurredAt = 'at' in data ? data.at : at;
    return { type, data, id: idOf(id, nth), occurredAt, meta } as Draft;
  });
  const secret = keys.secret(tenant, 'mac');
  const fingerprintOf = ({ type, data }: Draft) => mac(secret, JSON.stringify([type, content ?? data]));
  try {
    const sealed = await vault.seal(tenant, drafts);
    const ready = sealed.map(({ event }, nth) => ({ ...event, fingerprint: fingerprintOf(drafts[nth]!) }));
    const sealedUnder = [...new Set(sealed.flatMap((one) => one.sealedUnder))];
    const [outcome] = await ledger.append([{ tenant, stream, expected, events: ready, sealedUnder }]);
    return outcome!;
  } catch (error) {
    if (error instanceof KeyDestroyed) throw erased();
    if (error instanceof LedgerBusy || error instanceof LedgerUnavailable) throw busy(error);
    throw error;
  }
};

// The cause tells the feed that it is not the event's fault.
const busy = (cause: Error): Busy =>
  Object.assign(new Busy('The ledger takes nothing at the moment. Ask again with the same Idempotency-Key.', 2), {
    cause,
  });

type Past<E> = { readonly event: E; readonly told: Told };

const pastOf = async <State, E extends Event>(
  ledger: Pick<Ledger, 'read'>,
  { tenant, stream, beside = [], hears, id }: Ask<State, E>,
  read: Read,
): Promise<{ past: Past<E>[]; version: number; before: readonly E[] }> => {
  const streams = await Promise.all([stream, ...beside].map((one) => eventsOf(ledger, tenant, one, read)));
  const inOrder = streams.flat().toSorted((a, b) => (a.position < b.position ? -1 : 1));
  const asked = inOrder.findIndex((stored) => stored.id === id);
  const before = asked < 0 ? inOrder : inOrder.slice(0, asked);
  const heard = before.filter(({ type }) => (hears as readonly string[]).includes(type));
  return {
    past: heard.map((stored) => ({
      event: parseStored(stored) as Event as E,
      told: { event: stored.id, position: stored.position },
    })),
    version: before.findLast((stored) => stored.stream === stream)?.version ?? 0,
    before: asked < 0 ? [] : commandIn(inOrder.slice(asked), id).map((stored) => parseStored(stored) as Event as E),
  };
};

/** What was appended as one command, the first of it being there. */
const commandIn = (events: readonly StoredEvent[], id: string): readonly StoredEvent[] => {
  const end = events.findIndex((stored, nth) => stored.id !== idOf(id, nth));
  return end < 0 ? events : events.slice(0, end);
};

const page = 500;

/** What was read of streams in the tries before: a long one that grows all the time would never be read in time again. */
type Read = Map<string, StoredEvent[]>;

const eventsOf = async (
  ledger: Pick<Ledger, 'read'>,
  tenant: string,
  stream: string,
  read: Read,
): Promise<readonly StoredEvent[]> => {
  const events = read.get(stream) ?? [];
  read.set(stream, events);
  for (;;) {
    const more = await ledger.read(tenant, stream, { fromVersion: events.length + 1, limit: page });
    events.push(...more);
    if (more.length < page) return events;
  }
};
