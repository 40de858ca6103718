const place = 'throughline.token';
const watchers = new Set<() => void>();
let wanted = false;

/** The token or API key that somebody gave at this tab; it is gone with the tab. */
export const token = {
  get: (): string | null => sessionStorage.getItem(place),

  set: (text: string): void => sessionStorage.setItem(place, text.trim()),

  forget: (): void => sessionStorage.removeItem(place),

  /** The server does not know who asks: whoever looks on has to say it. */
  refused: (): void => {
    wanted = true;
    for (const wake of watchers) wake();
  },

  isWanted: (): boolean => wanted,

  watch: (wake: () => void): (() => void) => {
    watchers.add(wake);
    return () => watchers.delete(wake);
  },
};
