import { arranged, isDue, type Instant } from '@throughline/contracts';
import type { Said } from './exchange.ts';

/** What was called off in a conversation, by the event at a position: one interaction, or all that was to come at a time. */
export type CalledOff = {
  readonly conversation: string;
  readonly position: number;
  readonly interaction: string | null;
  readonly since: Instant | null;
};

/**
 * Whether people were to meet, and will not, or did not: that was called off. What is withdrawn of anything else was said
 * all the same.
 */
export const isCalledOff = (said: Said, off: readonly CalledOff[]): boolean =>
  arranged.includes(said.channel) &&
  off.some(
    ({ conversation, position, interaction, since }) =>
      interaction === said.interaction ||
      (since !== null && conversation === said.conversation && said.position < position && isDue(since, said.at)),
  );
