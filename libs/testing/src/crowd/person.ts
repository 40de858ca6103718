import { randomInt } from 'node:crypto';

/**
 * What becomes of somebody made up: they stay; they fall silent and are erased then; or they are erased while they write
 * on, and so are somebody new from then on.
 */
export type Fate = 'stays' | 'leaves' | 'returns';

/** Somebody made up. Their mark is a word that stands nowhere but in their address, their name and what they say. */
export type Person = {
  readonly mark: string;
  readonly handle: string;
  readonly name: string;
  readonly fate: Fate;
};

/** Something that was said, and acknowledged. Moments are those of `performance.now()`. */
export type Word = {
  /** Of its event. */
  readonly id: string;
  readonly position: number;
  readonly text: string;
  readonly by: Person;
  /** Another customer to whom it was said as well. */
  readonly to?: Person;
  /** When it was sent for the first time, and when it was acknowledged. */
  readonly sentAt: number;
  readonly ackedAt: number;
};

/** Somebody who was erased meanwhile. */
export type Erased = {
  readonly person: Person;
  /** The id of the erasure, and of the customer that they were. */
  readonly erasure: string;
  readonly customer: string;
  /** When it was asked for first, and when it was answered. */
  readonly askedAt: number;
  readonly answeredAt: number;
};

const letters = 'bcdfghjklmnpqrstvwxz';

// No word of any language, and in all ways of writing long enough not to be met by chance.
const madeMark = (): string => Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');

/** Somebody whom nobody was before. */
export const madePerson = (fate: Fate): Person => {
  const mark = madeMark();
  // With a letter that is written differently in every encoding.
  return { mark, handle: `email:${mark}@${fate}.example`, name: `Zoë ${mark} Öquist`, fate };
};

/** Texts that are nowhere once somebody is gone: for a `lookout`. */
export const needlesOf = ({ mark, name }: Person): string[] => [mark, name];
