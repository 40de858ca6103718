import {
  type Channel,
  type DataOf,
  type Event,
  type Instant,
  isToCome,
  millisecondsOf,
  type Quiet,
  type Recorded,
} from '@throughline/contracts';
import { fold, Rejection, type Stream } from '@throughline/decider';

type Said = Event<'InteractionCaptured'> & Pick<Recorded, 'id' | 'occurredAt'> & Partial<Pick<Recorded, 'recordedAt'>>;
export type Ended = Event<'SessionEnded'>;
export type SessionEvent = Said | Ended | Event<'ConversationsJoined'>;

/** Something that was said, as far as sessions look at it; times in milliseconds. */
type Touch = {
  readonly id: string;
  readonly conversation: string;
  readonly channel: Channel;
  readonly at: number;
  /** The end of a call that began `at`; else the same. */
  readonly until: number;
  /** Neither history nor a machine's: what sessions go on by. */
  readonly isLive: boolean;
  readonly end?: DataOf<'InteractionCaptured'>['end'];
};

type End = Pick<Ended['data'], 'session' | 'at' | 'outcome'>;

/** The last end of each of the conversations that are one by now, and what was said since. */
export type Sessions = {
  readonly ends: ReadonlyMap<string, End>;
  readonly open: readonly Touch[];
  /** What each conversation was joined into. */
  readonly joined: ReadonlyMap<string, string>;
};

/** Whether a session goes on by it. */
export const isLive = ({ backfill = false, automatic = false }: DataOf<'InteractionCaptured'>): boolean =>
  !backfill && !automatic;

/** Until when it lasted: a call until its end, anything else no longer than a moment. In milliseconds. */
export const lastsUntil = (at: Instant, { end }: DataOf<'InteractionCaptured'>): number =>
  Math.max(Date.parse(at), Date.parse(end?.at ?? at));

// Until when a meeting is arranged is no end of it; whoever says how it ended says that it did.
const isArranged = ({ data: { channel, end }, occurredAt, recordedAt = occurredAt }: Said): boolean =>
  end?.outcome === undefined && isToCome(channel, end?.at ?? occurredAt, recordedAt);

const touchOf = (said: Said): Touch => {
  const { id, occurredAt, data } = said;
  return {
    id,
    conversation: data.conversation,
    channel: data.channel,
    at: Date.parse(occurredAt),
    until: lastsUntil(occurredAt, data),
    isLive: isLive(data),
    ...(data.end && !isArranged(said) && { end: data.end }),
  };
};

const rootOf = ({ joined }: Sessions, conversation: string): string => {
  let root = conversation;
  for (let into = joined.get(root); into !== undefined; into = joined.get(root)) root = into;
  return root;
};

const isOver = (state: Sessions, touch: Touch, { conversation, by, at }: Ended['data']): boolean =>
  rootOf(state, touch.conversation) === conversation && (by === 'hand' || touch.at <= Date.parse(at));

/** The sessions of conversations that are one by now: what is said after an end begins the next one. */
export const sessions: Stream<Sessions, SessionEvent> = {
  initial: { ends: new Map(), open: [], joined: new Map() },
  evolve: (state, event) => {
    switch (event.type) {
      case 'InteractionCaptured':
        return { ...state, open: [...state.open, touchOf(event)] };
      case 'ConversationsJoined':
        return { ...state, joined: new Map(state.joined).set(event.data.from, event.data.into) };
      case 'SessionEnded': {
        const { conversation, session, at, outcome } = event.data;
        const known = state.ends.get(conversation);
        const isNews = known === undefined || session > known.session;
        const end = isNews ? { session, at, outcome } : { ...known, outcome: outcome ?? known.outcome };
        const open = isNews ? state.open.filter((touch) => !isOver(state, touch, event.data)) : state.open;
        return { ...state, ends: new Map(state.ends).set(conversation, end), open };
      }
    }
  },
};

const endedIn = ({ ends }: Sessions, conversation: string): number => ends.get(conversation)?.session ?? 0;

/** Which ends are to be told. */
export type SessionDecision = (state: Sessions) => readonly Ended[];

/** What was said without a silence that was too long; `over` is when the silence after it is. */
type Stretch = { readonly touches: number; readonly last: number; readonly over: number; readonly quiet?: string };

const stretchOf = (before: Stretch | undefined, { channel, until }: Touch, quiet: Quiet): Stretch => {
  const last = Math.max(before?.last ?? until, until);
  const long = quiet[channel];
  const over = long === undefined ? Infinity : last + millisecondsOf(long);
  return { touches: (before?.touches ?? 0) + 1, last, over, quiet: long };
};

const stretchesOf = (open: readonly Touch[], quiet: Quiet): Stretch[] => {
  const stretches: Stretch[] = [];
  for (const touch of open.filter((one) => one.isLive).toSorted((a, b) => a.at - b.at)) {
    const current = stretches.at(-1);
    if (current && touch.at <= current.over) stretches[stretches.length - 1] = stretchOf(current, touch, quiet);
    else stretches.push(stretchOf(undefined, touch, quiet));
  }
  return stretches;
};

const instantOf = (at: number): Instant => new Date(at).toISOString();

const leaving = (left: number): { left?: number } => (left > 0 ? { left } : {});

/** The ends by quiet that are due by an instant, each at the time when it was; the same, whenever and by whomever it is asked. */
export const elapse =
  (conversation: string, now: Instant, policy: Quiet): SessionDecision =>
  (state) => {
    const stretches = stretchesOf(state.open, policy);
    const asleep = stretches.findIndex(({ over }) => over > Date.parse(now));
    const due = asleep < 0 ? stretches : stretches.slice(0, asleep);
    return due.map(({ over, quiet }, nth): Ended => {
      const left = stretches.slice(nth + 1).reduce((sum, { touches }) => sum + touches, 0);
      const how = { by: 'quiet', at: instantOf(over), quiet, ...leaving(left) } as const;
      return { type: 'SessionEnded', data: { conversation, session: endedIn(state, conversation) + nth + 1, ...how } };
    });
  };

const unknown = (): Rejection => new Rejection('ConversationUnknown', 'No conversation has this id.');

/**
 * A person ends what goes on by now, with an outcome or without. Over already is no news, and an outcome that nobody gave
 * yet is added to it. Throws Rejections `ConversationUnknown` where nothing was ever said, `SessionOver` where it ended
 * with another outcome.
 */
export const end =
  (conversation: string, now: Instant, policy: Quiet, outcome?: string): SessionDecision =>
  (state) => {
    const due = elapse(conversation, now, policy)(state);
    const then = fold(sessions, due, state);
    const last = then.ends.get(conversation);
    const byHand = (session: number, at: Instant): Ended[] => {
      const how = { by: 'hand', at, ...(outcome !== undefined && { outcome }) } as const;
      return [...due, { type: 'SessionEnded', data: { conversation, session, ...how } }];
    };
    if (then.open.length > 0) return byHand(endedIn(then, conversation) + 1, now);
    if (then.ends.size === 0) throw unknown();
    if (!last || outcome === undefined || outcome === last.outcome) return due;
    if (last.outcome === undefined) return byHand(last.session, last.at);
    throw new Rejection('SessionOver', `It ended at ${last.at} with the outcome ${last.outcome}.`);
  };

/**
 * The channel says with an interaction that its session is over: what was said up to then is. No news where that session
 * ended in the meantime, and where a machine says so when nothing goes on.
 */
export const endByChannel =
  (conversation: string, interaction: string, policy: Quiet): SessionDecision =>
  (state) => {
    const touch = state.open.find(({ id }) => id === interaction);
    if (!touch?.end) return [];
    const due = elapse(conversation, instantOf(touch.at), policy)(state);
    const then = fold(sessions, due, state);
    const live = then.open.filter((one) => one.isLive);
    const left = live.filter(({ at }) => at > touch.until).length;
    if (left === live.length) return due;
    const { outcome } = touch.end;
    const how = { by: 'channel', at: instantOf(touch.until), ...(outcome !== undefined && { outcome }) } as const;
    return [
      ...due,
      {
        type: 'SessionEnded',
        data: { conversation, session: endedIn(then, conversation) + 1, ...how, ...leaving(left) },
      },
    ];
  };

/** The interaction after which a session was quiet, or with which its channel ended it. */
export const lastBefore = ({ open }: Sessions, at: Instant): string | undefined =>
  open
    .filter((one) => one.at <= Date.parse(at))
    .toSorted((a, b) => a.at - b.at)
    .at(-1)?.id;
