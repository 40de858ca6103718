import { type Channel, millisecondsOf, type Quiet } from '@throughline/contracts';

/** The channels of dialogue: what goes on there goes on right now. A mail thread is over by quiet as well, and is none. */
export const dialogues: readonly Channel[] = [
  'chat', 'in-app', 'phone', 'meeting', 'in-person', 'whatsapp', 'sms', 'social', 'ticket',
]; // prettier-ignore

/** How far back sessions that go on are looked for, in milliseconds. */
export const longestPatience = 14 * 86_400_000;

// Where a tenant says nothing of a channel, its sessions end by the channel or by hand only.
const patienceOf = (quiet: Quiet, channel: Channel): number =>
  quiet[channel] === undefined ? longestPatience : millisecondsOf(quiet[channel]);

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

// As far back as no silence was longer than the channel's quiet.
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
export const sessionsAt = (now: Date, touches: readonly Touch[], ends: Ends, quiet: Quiet): Session[] => {
  const isOpen = ({ conversation, at }: Touch): boolean => {
    const end = ends.get(conversation);
    return end === undefined || Date.parse(at) > Date.parse(end);
  };
  return [...Map.groupBy(touches.filter(isOpen), ({ conversation }) => conversation)].flatMap(([conversation, all]) => {
    const { channel } = all[0]!;
    const theirs = dialogues.includes(channel) ? unbroken(all, now.getTime(), patienceOf(quiet, channel)) : [];
    return theirs.length === 0 ? [] : [{ conversation, channel, since: theirs.at(-1)!.at, touches: theirs }];
  });
};
