import type { Command } from 'commander';

/** As of when somebody asks, as the options of a command say. */
export type When = { readonly asOf?: string; readonly recordedAsOf?: string };

/** Gives a command the options that ask about another moment. */
export const whenOptions = (command: Command): Command =>
  command
    .option('--as-of <time>', 'what the world was then, such as 2026-05-04T09:30:00Z')
    .option('--recorded-as-of <time|position>', 'what was known then: the same answer for ever');

/** The same as parameters of a query. */
export const whenQuery = ({ asOf, recordedAsOf }: When): When => ({ asOf, recordedAsOf });

/** Says as of when an answer is, where that is not now. */
export const thenInWords = ({ asOf, recordedAsOf }: When, position: number | undefined): string => {
  if (asOf === undefined && recordedAsOf === undefined) return '';
  const world = asOf === undefined ? '' : `the world of ${asOf}, `;
  return `\n(${world}as known at position ${position ?? 'of the answer'})`;
};
