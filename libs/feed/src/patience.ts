import { isNativeError } from 'node:util/types';
import { backOff, pause } from './wait.ts';

/** The work was given up because its owner stops. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Does something until it succeeds, waiting longer each time. Rethrows what is final at once, and {@link Stopped} instead
 * of a next try or a first one once `signal` aborted; what is under way is finished.
 */
export type Patience = <T>(work: () => Promise<T>, isFinal?: (error: Error) => boolean) => Promise<T>;

/** What patience tells of: a failed try, which one it was (1, 2 …) and how many milliseconds pass before the next; and success. */
export type OnTry = {
  failed(error: Error, attempt: number, waitMs: number): void;
  worked(): void;
};

export const patience =
  (signal: AbortSignal, on: OnTry): Patience =>
  async (work, isFinal = () => false) => {
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw new Stopped();
      try {
        const result = await work();
        on.worked();
        return result;
      } catch (thrown) {
        const error = isNativeError(thrown) ? thrown : new Error(String(thrown));
        if (error instanceof Stopped || isFinal(error)) throw error;
        // Nobody tries it again here, so it is no news.
        if (signal.aborted) throw new Stopped();
        const waitMs = backOff(attempt);
        on.failed(error, attempt, waitMs);
        await pause(waitMs, signal);
      }
    }
  };
