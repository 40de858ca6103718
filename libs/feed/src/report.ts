import type { StoredEvent } from '@throughline/ledger';
import type { Batch } from './consumer.ts';

/** Something that an operator may want to read in a log. */
export type News =
  | { readonly is: 'retrying'; readonly error: Error; readonly attempt: number; readonly waitMs: number }
  | { readonly is: 'parked'; readonly event: StoredEvent; readonly error: Error }
  | { readonly is: 'refused again'; readonly event: StoredEvent; readonly error: Error }
  | { readonly is: 'returned'; readonly event: StoredEvent };

/** Keeps what is to be known of one following, and tells the news. */
export const reportOf = (onNews: (news: News) => void = () => {}) => {
  const counts = { applied: 0, parked: 0, retries: 0 };
  let state: 'running' | 'failing' | 'stopped' = 'running';
  let lastError: Error | undefined;

  // Who listens is no reason to fail.
  const tell = (news: News) => {
    try {
      onNews(news);
    } catch {}
  };

  return {
    counts: counts as Readonly<typeof counts>,
    state: () => state,
    lastError: () => lastError,
    failed: (error: Error, attempt: number, waitMs: number) => {
      counts.retries += 1;
      [state, lastError] = ['failing', error];
      tell({ is: 'retrying', error, attempt, waitMs });
    },
    worked: () => {
      [state, lastError] = ['running', undefined];
    },
    committed: ({ events, park, unpark }: Batch) => {
      counts.applied += events.length;
      counts.parked += park.length;
      for (const { event, error } of park) if (error) tell({ is: 'parked', event, error });
      for (const event of unpark) tell({ is: 'returned', event });
    },
    refused: (event: StoredEvent, error: Error) => tell({ is: 'refused again', event, error }),
    stopped: () => {
      state = 'stopped';
    },
  };
};
