import { deepStrictEqual, fail } from 'node:assert/strict';
import { type Decision, fold, Rejection, type Stream } from './decider.ts';

/** The outcomes that a spec can expect of a decision. */
export type When<Event> = {
  /** Exactly these events, in this order. */
  yields: (...events: Event[]) => void;
  /** Exactly these events, and nothing more when the same is asked again. */
  yieldsOnce: (...events: Event[]) => void;
  /** No news. */
  yieldsNothing: () => void;
  /** Refused, with this code. */
  isRejected: (code: string) => void;
};

/**
 * The language of specs: `const given = specOf(matter)`, then `given(opened).when(assign(ada, noon)).yieldsOnce(assigned)`.
 * (`yields`, never `then`: an object with `then` is awaitable.)
 */
export const specOf =
  <State, Event>(stream: Stream<State, Event>) =>
  (...past: Event[]): { when: (decision: Decision<State, Event>) => When<Event> } => ({
    when: (decision) => {
      const state = fold(stream, past);
      const yields = (...events: Event[]) => deepStrictEqual([...decision(state)], events);
      return {
        yields,
        yieldsOnce: (...events) => {
          yields(...events);
          deepStrictEqual(
            [...decision(fold(stream, events, state))],
            [],
            'asked again, the decision yields news again',
          );
        },
        yieldsNothing: () => yields(),
        isRejected: (code) => {
          try {
            decision(state);
          } catch (error) {
            if (!(error instanceof Rejection)) throw error;
            deepStrictEqual(error.code, code);
            return;
          }
          fail(`expected a rejection with ${code}, and the decision was made`);
        },
      };
    },
  });
