import { useSyncExternalStore } from 'react';

/** The stretch of time whose entries are on the screen. */
export type Sight = { readonly from: string; readonly to: string };

let sight: Sight | undefined;
const watchers = new Set<() => void>();

/** Told by the line with every scroll, shown by the volume above it: beside React, so that nothing else is drawn anew. */
export const inSight = {
  set: (is: Sight | undefined): void => {
    if (is?.from === sight?.from && is?.to === sight?.to) return;
    sight = is;
    for (const wake of watchers) wake();
  },
};

const subscribe = (wake: () => void): (() => void) => {
  watchers.add(wake);
  return () => watchers.delete(wake);
};

export const useSight = (): Sight | undefined => useSyncExternalStore(subscribe, () => sight);
