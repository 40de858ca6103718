/** A kind of stream: the state it begins with, and how one event changes that state. Pure. */
export type Stream<State, Event> = {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
};

/** What a command comes to on a given state: the events that say so, or `[]` for no news. Breaks a rule: throws {@link Rejection}. */
export type Decision<State, Event> = (state: State) => readonly Event[];

/** The state after `events`, starting from `from` (by default the stream's beginning). */
export const fold = <State, Event>(
  stream: Stream<State, Event>,
  events: Iterable<Event>,
  from: State = stream.initial,
): State => {
  let state = from;
  for (const event of events) state = stream.evolve(state, event);
  return state;
};

/** One thing that is wrong with what a caller sent: where (an RFC 6901 JSON Pointer) and why. */
export type Fault = { readonly pointer: string; readonly reason: string };

/**
 * A rule of the business was broken by what the caller asked. `code` is stable and catalogued (PascalCase), `detail`
 * is for people, `faults` name the fields. Only the host turns it into HTTP or gRPC.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  constructor(
    readonly code: string,
    readonly detail: string = code,
    readonly faults: readonly Fault[] = [],
  ) {
    super(detail);
  }
}

/** A race was lost: somebody else changed the stream between reading and appending. Asking again may succeed. */
export class Conflict extends Error {
  override readonly name = 'Conflict';

  constructor(
    readonly stream: string,
    readonly actual: number,
  ) {
    super(`stream ${stream} is at version ${actual} by now`);
  }
}

/**
 * Does something that may lose a race until it does not: `tries` times at most, then it throws the last `Conflict`. Each
 * time it has to look at what the stream has become. Throws all else at once.
 */
export const raced = async <T>(once: () => Promise<T>, tries = 5): Promise<T> => {
  for (let nth = 1; ; nth += 1) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Conflict) || nth === tries) throw error;
    }
  }
};
