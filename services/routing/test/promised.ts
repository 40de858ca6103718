import type { DataOf, Event } from '@throughline/contracts';
import type { Look } from '../src/promise/course.ts';
import type { Said } from '../src/promise/exchange.ts';
import { type PromiseGround, usualGround } from '../src/promise/policy.ts';
import type { PromiseEvent } from '../src/promise/promise.ts';
import { tzdata } from '../src/promise/zone.ts';
import { ann, chat, conversation, idOf, matter, minute, moment } from './known.ts';

/** Something that was said so many minutes after nine on a Monday, named by a letter; heard at that position. */
export const said = (letter: string, by: Said['by'], at: number, more: Partial<Said> = {}): Said => ({
  interaction: idOf(letter),
  conversation,
  at: minute(at),
  position: 10 + letter.charCodeAt(0),
  by,
  channel: 'chat',
  ...more,
});

/** Support: within an hour, round the clock. */
export const hourly = (automatic: DataOf<'PromiseMade'>['automatic'] = 'ignored'): PromiseGround => ({
  policy: { version: 3, rules: [{ within: 'PT1H', calendar: 'always', automatic }] },
  calendars: usualGround.calendars,
});

/** Up to where a look tells of all, unless it says so. */
export const lookedAt = 1_000;

/** A look so many minutes after nine. */
export const look = (at: number, all: readonly Said[], more: Partial<Look> = {}): Look => ({
  said: all,
  conversations: [conversation],
  ground: hourly(),
  at: minute(at),
  heard: lookedAt,
  because: idOf('e'),
  ...more,
});

export const counted = { calendar: 'always', calendarVersion: 0, tzdata };

/** The matter is there, asked about by chat. */
export const begun: Event<'MatterOpened'> = {
  type: 'MatterOpened',
  data: { matter, ...moment(0), subject: ann, conversation, asked: chat },
};
export const ended = (at: number, heard: number): Event<'MatterClosed'> => ({
  type: 'MatterClosed',
  data: { matter, ...moment(at, heard), by: 'hand' },
});

/** Something told of a promise: what, at how many minutes, as which of its revisions; because of a look, unless given otherwise. */
export const toldOf =
  (
    promise: string,
    target: DataOf<'PromiseMade'>['target'] = 'first-response',
    by: { readonly heard?: number } = { heard: lookedAt },
  ) =>
  (type: PromiseEvent['type'], at: number, revision: number, more: object = {}): PromiseEvent =>
    ({ type, data: { matter, promise, target, revision, at: minute(at), ...by, ...more } }) as PromiseEvent;
