import { type Instant, isOf } from '@throughline/contracts';
import { type Decision, fold, type Stream } from '@throughline/decider';
import { elapse as elapseMatter, type IsThere } from './matter/course.ts';
import { type Matter, type MatterEvent, matters } from './matter/matter.ts';
import { elapse as elapsePromises } from './promise/course.ts';
import { type PromiseEvent, promiseHears, type Promises, promises } from './promise/promise.ts';

/** All that stands in a matter's stream: where the matter is, and what is promised in it. */
export type Whole = { readonly matter: Matter; readonly promises: Promises };
export type WholeEvent = MatterEvent | PromiseEvent;

/** The events of a matter's stream that say where it is. */
export const matterHears = [
  'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterQueued', 'MatterOffered', 'MatterOfferEnded', 'MatterAssigned',
  'MatterHandedOn', 'MatterClosed', 'MatterReopened',
] as const satisfies readonly MatterEvent['type'][]; // prettier-ignore

/** All that are heard of it. */
export const wholeHears: readonly WholeEvent['type'][] = [...new Set([...matterHears, ...promiseHears])];

/** Both, each made from the events that it hears. */
export const wholes: Stream<Whole, WholeEvent> = {
  initial: { matter: matters.initial, promises: promises.initial },
  evolve: ({ matter, promises: promised }, event) => ({
    matter: isOf(event, matterHears) ? matters.evolve(matter, event) : matter,
    promises: isOf(event, promiseHears) ? promises.evolve(promised, event) : promised,
  }),
};

/** A decision of a moment, on what all has become by then: what was due is told first, in the order of its times. */
export const inTime =
  (at: Instant, isThere: IsThere, decide: Decision<Whole, WholeEvent>): Decision<Whole, WholeEvent> =>
  (state) => {
    const due = [...elapseMatter(at, isThere)(state.matter), ...elapsePromises(at)(state.promises)];
    const inOrder = due.toSorted((a, b) => Date.parse(a.data.at) - Date.parse(b.data.at));
    return [...inOrder, ...decide(fold(wholes, inOrder, state))];
  };
