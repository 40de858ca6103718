import { derivedId, type Instant, isDue, isToCome } from '@throughline/contracts';
import { type Decision, fold, Rejection } from '@throughline/decider';
import {
  after,
  counted,
  dueOf,
  elapse,
  endOf,
  type Known,
  leftOf,
  type Look,
  nextOf,
  questionOf,
  told,
} from './course.ts';
import { type Exchange, exchangesOf, type Replies } from './exchange.ts';
import { type PromiseGround, wantedFor } from './policy.ts';
import { isOver, made, type PromiseDecision, type Promised, type PromiseEvent, type Promises, promises } from './promise.ts'; // prettier-ignore

/** A decision of a moment, on what promises have become by then. */
export const inTime =
  (at: Instant, decide: PromiseDecision): Decision<Promises, PromiseEvent> =>
  (state) => {
    const due = elapse(at)(state);
    return [...due, ...decide(fold(promises, due, state))];
  };

type Of = NonNullable<Promises['of']>;
type Made = Extract<PromiseEvent, { type: 'PromiseMade' }>;

/** The customer is to have an answer, where the policy says so: the matter's nth promise. */
const madeFor = (
  { asked, target }: Exchange,
  { matter, subject }: Of,
  { ground, at }: Look,
  nth: number,
): Made | undefined => {
  const [first] = asked;
  const wanted = wantedFor(ground, { ...first, target });
  if (!wanted) return undefined;
  const { channel, kind } = first;
  const { within, automatic, calendar } = wanted;
  const promise = derivedId('promise', matter, String(nth));
  return {
    type: 'PromiseMade',
    data: {
      matter, promise, target, revision: 1, at, subject, ...questionOf(first), channel, ...(kind && { kind }),
      dueAt: dueOf(wanted, first), within, ...counted(calendar), policyVersion: ground.policy.version, automatic,
    },
  }; // prettier-ignore
};

const asks = ({ asked }: Exchange, { interaction }: Promised): boolean =>
  asked.some((one) => one.interaction === interaction);

/** What was answered or over before its conversation came here was promised where it was then. */
const isElsewhere = (exchange: Exchange, { came }: Promises, { at }: Look): boolean => {
  const since = came.get(exchange.asked[0].conversation);
  const end = endOf(exchange, at).at;
  return since !== undefined && end !== undefined && isDue(end, since);
};

/** An exchange of which the beginning is not known goes on with what was promised then. */
const begunBefore = (exchange: Exchange, known: readonly Promised[], since: Instant): Exchange[] => {
  const same = known.find(({ interaction }) => interaction === exchange.asked[0].interaction);
  if (same) return [{ ...exchange, target: same.target }];
  const one = known.findLast((each) => !isOver(each) && !isDue(since, each.countedFrom));
  if (!one) return [];
  const { interaction, conversation, countedFrom: at, target } = one;
  const first = { ...exchange.asked[0], interaction, conversation, at };
  return [{ ...exchange, target, asked: [first, ...exchange.asked] }];
};

const exchangesIn = (
  { of, closes, isClosed, conversations, told: known }: Promises,
  look: Look,
): readonly Exchange[] => {
  const { ground, since } = look;
  const all = [...known.values()];
  const here = look.said.filter(({ conversation }) => conversations.includes(conversation));
  const said = of?.kind === undefined ? here : here.map((one) => (one.kind ? one : { ...one, kind: of.kind }));
  const replies: Replies = (target, first) =>
    all.find(({ interaction }) => interaction === first.interaction)?.automatic ??
    wantedFor(ground, { ...first, target })?.automatic ??
    'ignored';
  const [first, ...others] = exchangesOf(said, closes, replies, since !== undefined);
  const exchanges = first && since !== undefined ? [...begunBefore(first, all, since), ...others] : [first, ...others];
  // What is said after its end asks for nothing until the matter is open again.
  return exchanges.filter((one) => one !== undefined).filter(({ era }) => !isClosed || era < closes.length);
};

/** Its message is in this matter no more, or another promise stands for it. */
const isLeft = (one: Promised, standing: ReadonlySet<string>, exchanges: readonly Exchange[], look: Look): boolean => {
  if (isOver(one) || standing.has(one.promise)) return false;
  if (look.since !== undefined && !isDue(look.since, one.countedFrom)) return false;
  return (
    exchanges.some((each) => asks(each, one)) || look.said.every(({ interaction }) => interaction !== one.interaction)
  );
};

// Whoever hears all anew looks at the time of what they hear; the close that is told is no less true for that.
const latest = (at: Instant, closes: Promises['closes']): Instant =>
  closes.reduce((latest, close) => (isDue(latest, close.at) ? close.at : latest), at);

const lookedAt = ({ type, data }: PromiseEvent, { heard }: Look): PromiseEvent =>
  ({ type, data: { ...data, heard } }) as PromiseEvent;

// What is to come asks for nothing yet, and answers nothing.
const happened = (look: Look): Look => ({
  ...look,
  said: look.said.filter(({ channel, at }) => !isToCome(channel, at, look.at)),
});

/**
 * What is to be told of a matter's promises, given all that was said in it. However often and in whatever order things
 * come in, it comes to the same figures. Nothing where a conversation of the matter was not looked at: that it joined is
 * still to be heard, and then it is looked again. Nothing either where another one looked at more: all this was part of it.
 */
export const keep =
  (asked: Look): PromiseDecision =>
  (state) => {
    const look = happened(asked);
    const { of, closes, conversations, told: known } = state;
    if (!of || look.heard < state.heard || !conversations.every((one) => look.conversations.includes(one))) return [];
    const here: Known = { ...look, matter: of.matter, at: latest(look.at, closes) };
    const standing = new Set<string>();
    const exchanges = exchangesIn(state, look);
    let nth = known.size;
    const news = exchanges.flatMap((exchange) => {
      const before = [...known.values()].find((one) => asks(exchange, one) && !standing.has(one.promise));
      const fresh = before || isElsewhere(exchange, state, look) ? undefined : madeFor(exchange, of, look, nth + 1);
      if (fresh) nth += 1;
      const one = before ?? (fresh && made(fresh.data));
      if (!one) return [];
      standing.add(one.promise);
      return [...(fresh ? [fresh] : []), ...told(one, nextOf(exchange, here))];
    });
    const left = [...known.values()].filter((one) => isLeft(one, standing, exchanges, look));
    const withdrawn = left.map((one): PromiseEvent => {
      return { type: 'PromiseEnded', data: { ...after(one, of.matter, look.at), because: 'withdrawn' } };
    });
    return [...news, ...withdrawn].map((event) => lookedAt(event, look));
  };

/** A person says that it waits for the customer. Waiting already is no news. Throws Rejection `NothingPromised`. */
export const wait =
  (ground: PromiseGround, at: Instant): PromiseDecision =>
  ({ of, told: known }) => {
    if (!of) throw new Rejection('MatterUnknown', 'There is no matter with this id.');
    const open = [...known.values()].filter((one) => !isOver(one) && !one.breached);
    if (open.length === 0) throw new Rejection('NothingPromised', 'No answer is due in this matter.');
    return open
      .filter(({ paused }) => paused === undefined)
      .map((one) => {
        const data = { ...after(one, of.matter, at), because: 'hand' as const, left: leftOf(one, ground, at) };
        return { type: 'PromisePaused', data };
      });
  };
