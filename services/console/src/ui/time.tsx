import { useSyncExternalStore } from 'react';
import { agoOf, clockOf, dayOf, exactOf } from '../words.ts';

/** A moment: on the clock, its day, or how long ago; the exact time on hover, always in the reader's zone. */
export const Time = ({ at, as = 'clock' }: { at: string; as?: 'clock' | 'day' | 'ago' }) => (
  <time dateTime={at} title={exactOf(at)}>
    {as === 'clock' && clockOf(at)}
    {as === 'day' && `${dayOf(at)}, ${clockOf(at)}`}
    {as === 'ago' && <Ago at={at} />}
  </time>
);

const Ago = ({ at }: { at: string }) => {
  useSyncExternalStore(eachMinute, () => Math.floor(Date.now() / 60_000));
  return agoOf(at);
};

const wakes = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

// One clock for the page: what was just now is a minute ago later.
const eachMinute = (wake: () => void): (() => void) => {
  wakes.add(wake);
  clock ??= setInterval(() => wakes.forEach((one) => one()), 15_000);
  return () => {
    wakes.delete(wake);
    if (wakes.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
};
