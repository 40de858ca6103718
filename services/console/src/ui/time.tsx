import { agoOf, clockOf, exactOf } from '../words.ts';

/** A moment: on the clock, or how long ago; the exact time on hover, always in the reader's zone. */
export const Time = ({ at, as = 'clock' }: { at: string; as?: 'clock' | 'ago' }) => (
  <time dateTime={at} title={exactOf(at)}>
    {as === 'clock' ? clockOf(at) : agoOf(at)}
  </time>
);
