import type { DataOf, Event, Instant, Kind } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';

/** What promises are made from: what is told of them, and of the matter in whose stream they are. */
export type PromiseEvent = Event<
  | 'PromiseMade'
  | 'PromisePaused'
  | 'PromiseResumed'
  | 'PromiseMet'
  | 'PromiseBreached'
  | 'PromiseEnded'
  | 'PromiseCorrected'
>;
type Around = Event<'MatterOpened' | 'MatterJoined' | 'MatterSplit' | 'MatterClosed' | 'MatterReopened'>;

/** All that promises are made from. */
export type PromiseHeard = PromiseEvent | Around;

export type Target = DataOf<'PromiseMade'>['target'];
type Corrected = DataOf<'PromiseCorrected'>;

/** What a promise comes to, by what was told of it. */
export type Figures = {
  readonly target: Target;
  readonly interaction: string;
  readonly conversation: string;
  readonly countedFrom: Instant;
  /** Nothing while it waits for the customer. */
  readonly dueAt?: Instant;
  readonly paused?: { readonly at: Instant; readonly left: string };
  readonly calendar: string;
  readonly calendarVersion: number;
  readonly tzdata: string;
  readonly breached: boolean;
  readonly met?: NonNullable<Corrected['met']>;
  readonly ended?: NonNullable<Corrected['ended']>;
};

export type Promised = Figures & {
  readonly promise: string;
  readonly revision: number;
  readonly automatic: DataOf<'PromiseMade'>['automatic'];
  /** Up to when pauses and their ends were told of. */
  readonly since: Instant;
  /** When its matter was closed while an answer was due. */
  readonly closedAt?: Instant;
};

/** A time that the matter was closed: what was heard by then asks for nothing any more. */
export type Close = { readonly at: Instant; readonly heard: number };

/** What is promised in one matter. */
export type Promises = {
  /** Nothing before it is opened. */
  readonly of?: { readonly matter: string; readonly subject: string; readonly kind?: Kind };
  readonly conversations: readonly string[];
  /** When conversations came here that were in other matters before. */
  readonly came: ReadonlyMap<string, Instant>;
  readonly closes: readonly Close[];
  readonly isClosed: boolean;
  /** Up to where all that was said was looked at. */
  readonly heard: number;
  readonly told: ReadonlyMap<string, Promised>;
};

export type PromiseDecision = Decision<Promises, PromiseEvent>;

/** Whether it is settled that it was answered, or that no answer is due any more. */
export const isOver = ({ met, ended }: Figures): boolean => met !== undefined || ended !== undefined;

/** A promise as it is made. */
export const made = (data: DataOf<'PromiseMade'>): Promised => {
  const { promise, target, revision, interaction, conversation, countedFrom, dueAt, automatic } = data;
  const { calendar, calendarVersion, tzdata } = data;
  const asked = { target, interaction, conversation, countedFrom, dueAt, calendar, calendarVersion, tzdata };
  return { ...asked, promise, revision, automatic, since: countedFrom, breached: false };
};

const corrected = (before: Promised, data: Corrected): Promised => {
  const { promise, automatic, since } = before;
  const { matter: _, at: __, because: ___, heard: ____, ...figures } = data;
  const later = figures.paused && figures.paused.at > since ? figures.paused.at : since;
  return { ...figures, promise, automatic, since: later };
};

/** What a promise comes to by the next thing that is told of it. */
export const changed = (before: Promised, event: PromiseEvent): Promised => {
  const { type, data } = event;
  const { revision, at } = data;
  const { dueAt: _, paused: __, ...rest } = before;
  switch (type) {
    case 'PromiseMade':
      return before;
    case 'PromisePaused':
      return { ...rest, revision, paused: { at, left: data.left }, since: at };
    case 'PromiseResumed': {
      const { calendar, calendarVersion, tzdata } = data;
      return { ...rest, revision, dueAt: data.dueAt, calendar, calendarVersion, tzdata, since: at };
    }
    case 'PromiseMet':
      return { ...before, revision, met: { by: data.by, at } };
    case 'PromiseBreached':
      return { ...before, revision, breached: true };
    case 'PromiseEnded':
      return { ...before, revision, ended: { because: data.because, at } };
    case 'PromiseCorrected':
      return corrected(before, data);
  }
};

const closing = (told: Promises['told'], closedAt: Instant): Promises['told'] =>
  new Map([...told].map(([id, one]) => [id, isOver(one) ? one : { ...one, closedAt }]));

type Coming = { readonly conversation: string; readonly from?: string; readonly at: Instant };

const cameTo = ({ came }: Promises, { conversation, from, at }: Coming): Promises['came'] =>
  from === undefined ? came : new Map(came).set(conversation, at);

const heardOf = (state: Promises, { heard = 0 }: { readonly heard?: number }): number => Math.max(state.heard, heard);

/** The events that promises are made from. */
export const promiseHears = [
  'PromiseMade', 'PromisePaused', 'PromiseResumed', 'PromiseMet', 'PromiseBreached', 'PromiseEnded', 'PromiseCorrected',
  'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterClosed', 'MatterReopened',
] as const satisfies readonly (PromiseEvent | Around)['type'][]; // prettier-ignore

/** The promises in one matter's stream. */
export const promises: Stream<Promises, PromiseHeard> = {
  initial: { conversations: [], came: new Map(), closes: [], isClosed: false, heard: 0, told: new Map() },
  evolve: (state, event) => {
    const { type, data } = event;
    switch (type) {
      case 'MatterOpened': {
        const { matter, subject, conversation, asked } = data;
        return {
          ...state,
          of: { matter, subject, kind: asked.kind },
          conversations: [conversation],
          came: cameTo(state, data),
        };
      }
      case 'MatterJoined':
        return {
          ...state,
          conversations: [...new Set([...state.conversations, data.conversation])],
          came: cameTo(state, data),
        };
      case 'MatterSplit':
        return { ...state, conversations: state.conversations.filter((one) => one !== data.conversation) };
      case 'MatterClosed': {
        const { at, heard } = data;
        return { ...state, isClosed: true, closes: [...state.closes, { at, heard }], told: closing(state.told, at) };
      }
      case 'MatterReopened':
        return { ...state, isClosed: false };
      case 'PromiseMade':
        return { ...state, heard: heardOf(state, data), told: new Map(state.told).set(data.promise, made(data)) };
      case 'PromisePaused':
      case 'PromiseResumed':
      case 'PromiseMet':
      case 'PromiseBreached':
      case 'PromiseEnded':
      case 'PromiseCorrected': {
        const before = state.told.get(data.promise);
        if (!before) return state;
        const told = new Map(state.told).set(data.promise, changed(before, event));
        return { ...state, heard: heardOf(state, data), told };
      }
    }
  },
};
