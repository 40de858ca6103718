import type { News } from './report.ts';

/** Where news is told: a log of structured lines, such as pino's. */
export type NewsLog = {
  readonly info: (fields: object, text: string) => void;
  readonly warn: (fields: object, text: string) => void;
  readonly error: (fields: object, text: string) => void;
};

/**
 * Tells a consumer's news to a log, where there is one; for `follow(…, { onNews })`. An error stands under `err`: a log
 * that errors may not say everything to has a serializer for it.
 */
export const toldTo =
  (log: NewsLog | undefined, consumer: string) =>
  (news: News): void => {
    switch (news.is) {
      case 'retrying':
        return log?.warn({ consumer, err: news.error, attempt: news.attempt }, 'a consumer waits');
      case 'parked':
      case 'refused again':
        return log?.error({ consumer, err: news.error, position: String(news.event.position) }, 'an event is parked');
      case 'returned':
        return log?.info({ consumer, position: String(news.event.position) }, 'a parked event was applied');
    }
  };
