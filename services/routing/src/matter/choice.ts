import { type Event, type Instant, millisecondsOf } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';
import type { Asked } from './matter.ts';

export type ChoiceEvent = Event<'MatterChosen'>;
type Chosen = ChoiceEvent['data'];

/** What was chosen for a customer's conversations, each by its last choice. */
export type Choices = ReadonlyMap<string, Chosen>;

/** With what the conversation asked of itself when it began, whatever the matters ask that it was in since. */
const asAsked = (state: Choices, data: Chosen): Chosen => {
  const first = state.get(data.conversation);
  if (!first) return data;
  const { asked, account } = first;
  return { ...data, asked, ...(account !== undefined && { account }) };
};

/** The choices in one customer's stream. */
export const choices: Stream<Choices, ChoiceEvent> = {
  initial: new Map(),
  evolve: (state, { data }) => new Map(state).set(data.conversation, asAsked(state, data)),
};

/** An open matter of the customer, which a conversation might be about. */
export type Candidate = {
  readonly matter: string;
  readonly asked: Asked;
  /** Whether one of its conversations is a ticket. */
  readonly isTicket: boolean;
  readonly lastTouch: Instant;
  /** When the customer said what opened it. */
  readonly since: Instant;
  /** The event of that touch. */
  readonly evidence?: string;
};

/** A conversation that is in no matter yet. */
export type Asking = {
  readonly subject: string;
  readonly account?: string;
  readonly conversation: string;
  readonly asked: Asked;
  /** When it was said. */
  readonly at: Instant;
  /** Whether it is to join one only: nothing is opened for it. */
  readonly joinsOnly?: boolean;
  /** The interaction by which it asks. */
  readonly evidence?: string;
  /** Where it was before, of somebody who was erased: what was said by then is nobody's. */
  readonly former?: { readonly matter: string; readonly erasedAt: bigint };
};

/** What makes the conversation's matter, and the choice of it, others than those of who was erased. */
export const begunAs = ({ conversation, former }: Pick<Asking, 'conversation' | 'former'>): readonly string[] =>
  former ? [conversation, former.matter] : [conversation];

const firstPart = (intent: string | undefined): string | undefined => intent?.split('.')[0];

const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

/** Why a conversation is not about a matter; undefined where it is. */
const unlike = ({ asked, at, joinsOnly }: Asking, candidate: Candidate, window: string): string | undefined => {
  const [when, since, last] = [at, candidate.since, candidate.lastTouch].map(Date.parse) as [number, number, number];
  // Whoever hears all anew finds matters that were not there then, and others that were touched since.
  if (joinsOnly && since > when) return 'opened later';
  const touched = joinsOnly && last > when ? since : last;
  if (Math.abs(when - touched) > millisecondsOf(window)) return 'too long ago';
  if (asked.channel === 'ticket' && candidate.isTicket) return 'another ticket';
  if (differ(firstPart(asked.intent), firstPart(candidate.asked.intent))) return 'another intent';
  return differ(asked.kind, candidate.asked.kind) ? 'another kind' : undefined;
};

const candidateOf = ({ matter, asked, at, evidence }: Chosen): Candidate => ({
  matter,
  asked,
  isTicket: asked.channel === 'ticket',
  lastTouch: at,
  since: at,
  evidence: evidence[0],
});

const mostConsidered = 10;

/**
 * Which matter a conversation is about: the open one of the same customer that was touched last, within the window, and
 * that nothing speaks against; else `fresh`, a new one, unless it `joinsOnly`. Chosen already is no news. What the
 * customer's stream tells of choices that `known` does not have yet counts as touched then.
 */
export const choose =
  (
    asking: Asking,
    known: readonly Candidate[],
    window: string,
    fresh: string,
    heard: number,
  ): Decision<Choices, ChoiceEvent> =>
  (state) => {
    const { subject, account, conversation, asked, at, evidence, former, joinsOnly = false } = asking;
    if (state.has(conversation)) return [];
    const told = [...state.values()].filter(({ matter }) => known.every((one) => one.matter !== matter));
    const lookedAt = [...known, ...told.map(candidateOf)]
      .map((candidate) => ({ candidate, why: unlike(asking, candidate, window) }))
      .toSorted((a, b) => Date.parse(b.candidate.lastTouch) - Date.parse(a.candidate.lastTouch));
    const joined = lookedAt.find(({ why }) => why === undefined)?.candidate;
    if (!joined && joinsOnly) return [];
    const others = lookedAt.filter(({ candidate }) => candidate !== joined).slice(0, mostConsidered);
    return [
      {
        type: 'MatterChosen',
        data: {
          matter: joined?.matter ?? fresh,
          at,
          heard,
          subject,
          conversation,
          by: joined ? 'joined' : 'opened',
          asked,
          ...(account !== undefined && { account }),
          ...(former && { after: Number(former.erasedAt) }),
          evidence: [evidence, joined?.evidence].filter((event) => event !== undefined),
          window,
          considered: others.map(({ candidate: { matter, lastTouch }, why = 'touched earlier' }) => ({
            matter,
            why,
            lastTouch,
          })),
        },
      },
    ];
  };

/** A conversation goes into another matter, with what it asks itself; there already is no news. */
export const put =
  (data: Chosen): Decision<Choices, ChoiceEvent> =>
  (state) =>
    state.get(data.conversation)?.matter === data.matter ? [] : [{ type: 'MatterChosen', data: asAsked(state, data) }];
