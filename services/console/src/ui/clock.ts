import { useSyncExternalStore } from 'react';

// One clock of each pace for the page: what was just now is a minute ago later.
const clockOfPace = (ms: number) => {
  const wakes = new Set<() => void>();
  let clock: ReturnType<typeof setInterval> | undefined;
  return (wake: () => void): (() => void) => {
    wakes.add(wake);
    clock ??= setInterval(() => wakes.forEach((one) => one()), ms);
    return () => {
      wakes.delete(wake);
      if (wakes.size > 0) return;
      clearInterval(clock);
      clock = undefined;
    };
  };
};

export const eachMinute = clockOfPace(15_000);
export const eachSecond = clockOfPace(1_000);

const minuteMs = 60_000;

/** The minute that it is, in milliseconds; drawn anew as it passes. */
export const useMinute = (): number =>
  useSyncExternalStore(eachMinute, () => Math.floor(Date.now() / minuteMs)) * minuteMs;
