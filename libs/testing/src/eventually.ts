import { setTimeout as pause } from 'node:timers/promises';

const FIRST = 2;
const LONGEST = 50;

/**
 * Waits until an expectation holds: calls `fn` again and again until it neither throws nor rejects, and answers with
 * what it gave.
 *
 * @throws what `fn` threw last, once `within` (milliseconds, 20 000 by default: a busy machine is no failure) is over
 */
export async function eventually<T>(fn: () => T | Promise<T>, { within = 20_000 } = {}): Promise<T> {
  const deadline = performance.now() + within;
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    try {
      return await fn();
    } catch (error) {
      if (performance.now() + wait > deadline) throw error;
      await pause(wait);
    }
  }
}
