import type { Position } from '@throughline/ledger';

/** A position that moves, and that can be waited for. */
export type Progress = {
  readonly position: () => Position;
  readonly move: (to: Position) => void;
  readonly waitFor: (position: Position, withinMs: number) => Promise<boolean>;
  readonly watch: (wake: () => void) => () => void;
};

/** Waiting ends with `signal`. */
export const progress = (signal: AbortSignal): Progress => {
  const watchers = new Set<() => void>();
  let at = 0n;

  const watch = (wake: () => void) => {
    const own = () => wake();
    watchers.add(own);
    return () => void watchers.delete(own);
  };

  return {
    position: () => at,
    move: (to) => {
      if (to === at) return;
      at = to;
      for (const wake of new Set(watchers)) wake();
    },
    watch,
    waitFor: async (position, withinMs) => {
      if (at >= position || signal.aborted) return at >= position;
      const { promise, resolve } = Promise.withResolvers<void>();
      const unwatch = watch(() => at >= position && resolve());
      const timer = setTimeout(resolve, withinMs);
      const stop = () => resolve();
      signal.addEventListener('abort', stop, { once: true });
      await promise;
      unwatch();
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      return at >= position;
    },
  };
};
