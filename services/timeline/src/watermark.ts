import type { Following, Moving } from '@throughline/feed';
import { Busy } from '@throughline/host';

/** How far reads are complete: the least of the projections that they read from. */
export type Watermark = Moving & {
  /** Resolves once everything up to `position` is there to be read; throws {@link Busy} after `withinMs`, or where the feed stopped. */
  reached(position: bigint, withinMs?: number): Promise<void>;
};

const patienceMs = 5_000;

type Fed = Pick<Following, 'position' | 'watch' | 'waitFor'>;

const leastOf = (followings: readonly Fed[]): bigint =>
  followings.map((one) => one.position()).reduce((least, position) => (position < least ? position : least));

/** The watermark of reads that are made from all of these projections, at least one. */
export const watermark = (...followings: readonly Fed[]): Watermark => ({
  position: () => leastOf(followings),
  watch: (wake) => {
    const stops = followings.map((one) => one.watch(wake));
    return () => stops.forEach((stop) => stop());
  },
  reached: async (position, withinMs = patienceMs) => {
    const there = await Promise.all(followings.map((one) => one.waitFor(position, withinMs)));
    if (there.includes(false))
      throw new Busy(`Position ${position} cannot be read yet; the reads are at ${leastOf(followings)}.`, 1, 'NotYet');
  },
});
