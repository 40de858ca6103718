import { useMemo } from 'react';
import { useRoute, visitQuery } from '../route.ts';
import { type Then, thenOf } from './then.ts';

/** The moment that the address names; the same object as long as it is the same one. */
export const useThenOfAddress = (): Then | undefined => {
  const { query } = useRoute();
  const text = JSON.stringify(thenOf(query) ?? null);
  return useMemo(() => (JSON.parse(text) as Then | null) ?? undefined, [text]);
};

/** Goes to a moment. Where one was on the line stays here: what is there may not have happened then. */
export const goThen = (past: Then): void =>
  visitQuery({ asOf: past.asOf, recordedAsOf: past.recordedAsOf, at: undefined, on: undefined });

/** Goes back to now, and stays with the entry that one is at. */
export const goToNow = (): void => visitQuery({ asOf: undefined, recordedAsOf: undefined });
