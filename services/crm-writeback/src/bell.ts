/** Resolves once `done` does, or after `ms`. */
export const within = async (done: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
};

/** Wakes who waits for work. Rung while nobody waits, the next one to wait goes on at once. */
export type Bell = { readonly ring: () => void; readonly wait: (ms: number) => Promise<void> };

export const bell = (): Bell => {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      isRung = true;
      wake?.();
    },
    wait: async (ms) => {
      if (!isRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => (clearTimeout(timer), resolve());
        });
      wake = undefined;
      isRung = false;
    },
  };
};
