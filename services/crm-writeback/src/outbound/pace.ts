import { setTimeout as pause } from 'node:timers/promises';

/** Lets callers through one after the other, so many a second. */
export const pace = (
  perSecond: number,
  now = () => performance.now(),
  wait: (ms: number) => Promise<unknown> = (ms) => pause(ms),
) => {
  const gap = 1_000 / perSecond;
  let next = 0;
  return async (): Promise<void> => {
    const at = Math.max(now(), next);
    next = at + gap;
    if (at > now()) await wait(at - now());
  };
};
