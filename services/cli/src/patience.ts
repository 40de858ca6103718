import { setTimeout as pause } from 'node:timers/promises';

/** Asks until there is an answer, or for so many milliseconds. */
export const patiently = async <Value>(
  ms: number,
  ask: () => Promise<Value | undefined>,
): Promise<Value | undefined> => {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await ask();
    if (value !== undefined || Date.now() > deadline) return value;
    await pause(100);
  }
};
