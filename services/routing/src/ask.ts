import type { Event, Instant } from '@throughline/contracts';
import { type Decision, fold, type Stream } from '@throughline/decider';

/** An event that stands in the ledger, as far as decisions look at it. */
export type Fact<E extends Event = Event> = E & {
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  readonly version: number;
  readonly position: bigint;
  readonly occurredAt: Instant;
  /** When the ledger learnt of it, where it came by the feed. */
  readonly recordedAt?: Instant;
  /** The first event of the chain that it belongs to. */
  readonly correlation: string;
};

/** What a stream has become, and at which version. */
export type Known<State> = { readonly state: State; readonly version: number };

/** Something to be decided on a stream because of something else. */
export type Asking<State, E extends Event> = {
  readonly tenant: string;
  readonly stream: string;
  readonly noun: Stream<State, E>;
  /** The events that the noun is made from. */
  readonly hears: readonly E['type'][];
  readonly decide: Decision<State, E>;
  /** The id of an event that comes of it: the same, whoever decides it and however often. */
  readonly idOf: (event: E, nth: number) => string;
  readonly cause: Pick<Fact, 'id' | 'correlation'>;
  /** When it is decided: when those events happen that do not say otherwise. */
  readonly at: Instant;
  readonly actor: string;
  /** What is known of the stream already, to be decided on as it is; where it turns out to be old, it is brought up to date. */
  readonly known?: Known<State>;
  /** What was known of the stream before, to be brought up to date first. */
  readonly before?: Known<State>;
  /** Whether its events stand each for itself, so that one that was told before keeps no other from being told. */
  readonly apart?: boolean;
  /** What is to be asked then, given what the stream has become. */
  readonly next?: (state: State) => readonly Ask[];
};

/** The same with its types closed in: asks of all kinds are settled together. */
export type Ask = Pick<Asking<unknown, Event>, 'tenant' | 'stream' | 'cause' | 'at' | 'actor' | 'apart'> & {
  readonly known?: Known<unknown>;
  readonly before?: Known<unknown>;
  readonly initial: unknown;
  readonly hears: readonly string[];
  readonly decide: (state: unknown) => readonly Event[];
  readonly evolve: (state: unknown, events: readonly Event[]) => unknown;
  readonly idOf: (event: Event, nth: number) => string;
  readonly next: (state: unknown) => readonly Ask[];
};

/** Closes the types in; what comes out of a state goes only into what is made for it. */
export const ask = <State, E extends Event>({
  noun,
  hears,
  decide,
  idOf,
  next = () => [],
  ...asking
}: Asking<State, E>): Ask => ({
  ...asking,
  hears,
  initial: noun.initial,
  decide: (state) => decide(state as State),
  evolve: (state, events) => fold(noun, events as readonly E[], state as State),
  idOf: (event, nth) => idOf(event as E, nth),
  next: (state) => next(state as State),
});
