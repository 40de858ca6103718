/** A bell that somebody waits for; rung while nobody waits, it is heard by the next who does. */
export type Bell = {
  readonly ring: () => void;
  /** Until it rings, `ms` milliseconds are over or `signal` aborts; never rejects. Answers whether it rang. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<boolean>;
};

export const bell = (): Bell => {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (ms, signal) => {
      if (!rung) await sleep(ms, signal, (heard) => (wake = heard));
      wake = undefined;
      const heard = rung;
      rung = false;
      return heard;
    },
  };
};

/** So many milliseconds, or less where `signal` aborts; never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, signal, () => {});

function sleep(ms: number, signal: AbortSignal, onReady: (wake: () => void) => void): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', wake, { once: true });
  onReady(wake);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  });
}

const first = 20;
const longest = 10_000;

/** How long to wait before the n-th try (1, 2 …), in milliseconds: doubling to 10 s, half of it by chance, so that many do not come back at once. */
export const backOff = (n: number, random: () => number = Math.random): number => {
  const most = Math.min(longest, first * 2 ** Math.min(n - 1, 30));
  return most / 2 + (random() * most) / 2;
};
