import type { News } from './report.ts';

/** Where news is told: a log of structured lines, such as pino's. */
export type NewsLog = {
  readonly info: (fields: object, text: string) => void;
  readonly warn: (fields: object, text: string) => void;
  readonly error: (fields: object, text: string) => void;
};

/**
 * Tells a log when something goes, and once it is back, how often it was tried meanwhile: a line for each try of an hour
 * would bury what else is said.
 */
export const outages = (
  log: Pick<NewsLog, 'warn'> | undefined,
  fields: object,
  texts: { readonly gone: string; readonly back: string },
) => {
  let failures = 0;
  return {
    failed: (err: Error): void => {
      failures += 1;
      if (failures === 1) log?.warn({ ...fields, err }, texts.gone);
    },
    worked: (): void => {
      if (failures > 0) log?.warn({ ...fields, failures }, texts.back);
      failures = 0;
    },
  };
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
