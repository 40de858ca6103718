import type { Channel } from '@throughline/contracts';

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/**
 * How long a session goes on without a word, in milliseconds, where nobody says that it ended; channels that are no
 * dialogue have none. (WhatsApp and its like give a business 24 hours to answer.)
 */
const patience: { readonly [C in Channel]?: number } = {
  chat: 30 * minutes,
  'in-app': 30 * minutes,
  phone: 30 * minutes,
  meeting: 2 * hours,
  'in-person': 2 * hours,
  whatsapp: 24 * hours,
  sms: 24 * hours,
  social: 24 * hours,
  ticket: 14 * days,
};

/** The channels of dialogue. */
export const dialogues = Object.keys(patience) as readonly Channel[];

/** The longest of them, in milliseconds: what is older is part of no session that goes on. */
export const longestPatience = 14 * days;

/** One interaction, as far as sessions need to know it. */
export type Touch = {
  readonly position: bigint;
  readonly at: string;
  readonly channel: Channel;
  readonly conversation: string;
};

/** A session that goes on: its touches, newest first, at least one. */
export type Session = {
  readonly conversation: string;
  readonly channel: Channel;
  readonly since: string;
  readonly touches: readonly Touch[];
};

/** When sessions of conversations ended last (RFC 3339), by conversation. */
export type Ends = ReadonlyMap<string, string>;

// As far back as no silence was longer than the channel's patience.
const unbroken = (touches: readonly Touch[], now: number, patience: number): readonly Touch[] => {
  let later = now;
  const end = touches.findIndex(({ at }) => {
    const broken = later - Date.parse(at) > patience;
    later = Date.parse(at);
    return broken;
  });
  return end < 0 ? touches : touches.slice(0, end);
};

/**
 * The sessions that go on at a moment, the liveliest first, from the touches of late, newest first: on a channel of
 * dialogue, neither ended nor quiet for longer than its patience.
 */
export const sessionsAt = (now: Date, touches: readonly Touch[], ends: Ends): Session[] => {
  const isOpen = ({ conversation, at }: Touch): boolean => {
    const end = ends.get(conversation);
    return end === undefined || Date.parse(at) > Date.parse(end);
  };
  return [...Map.groupBy(touches.filter(isOpen), ({ conversation }) => conversation)].flatMap(([conversation, all]) => {
    const { channel } = all[0]!;
    const theirs = unbroken(all, now.getTime(), patience[channel] ?? 0);
    return patience[channel] === undefined || theirs.length === 0
      ? []
      : [{ conversation, channel, since: theirs.at(-1)!.at, touches: theirs }];
  });
};
