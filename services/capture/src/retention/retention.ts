import type { DataOf, Event } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';

/** For how long what customers said is kept: for ever until a tenant says otherwise. */
export type Retention = Pick<DataOf<'RetentionPolicySet'>, 'keep' | 'notice'> & { readonly from?: string };

export type RetentionEvent = Event<'RetentionPolicySet'>;

const dayMs = 86_400_000;

/** A tenant's policy, by its events. */
export const retentions: Stream<Retention, RetentionEvent> = {
  initial: { notice: 30 },
  evolve: (_, { data }) => data,
};

/** From now on it is so; by itself nothing expires before the days of notice are over. */
export const set =
  ({ keep, notice }: Pick<Retention, 'keep' | 'notice'>, now: Date): Decision<Retention, RetentionEvent> =>
  (state) => {
    if (state.keep === keep && state.notice === notice) return [];
    const from = new Date(now.getTime() + notice * dayMs).toISOString();
    return [{ type: 'RetentionPolicySet', data: { ...(keep !== undefined && { keep }), notice, from } }];
  };

const quarters = 4;
const numberOf = (quarter: string): number => Number(quarter.slice(0, -2)) * quarters + Number(quarter.at(-1)) - 1;

const startOfNumber = (number: number): Date =>
  new Date(Date.UTC(Math.floor(number / quarters), (number % quarters) * 3));

/** When a quarter begins. */
export const startOf = (quarter: string): Date => startOfNumber(numberOf(quarter));

/** When a quarter is over its time, with so many others kept beside the one that goes on then. */
export const overAt = (quarter: string, keep: number): Date => startOfNumber(numberOf(quarter) + keep + 1);

/** Whether a quarter is over its time. */
export const isOver = (quarter: string, { keep }: Retention, now: Date): boolean =>
  keep !== undefined && overAt(quarter, keep) <= now;

/** When a quarter expires by itself; undefined where everything is kept. */
export const expiresAt = (quarter: string, { keep, from }: Retention): Date | undefined => {
  if (keep === undefined) return undefined;
  const over = overAt(quarter, keep);
  return from !== undefined && new Date(from) > over ? new Date(from) : over;
};

/** Whether a quarter expires by itself by now. */
export const isDue = (quarter: string, retention: Retention, now: Date): boolean => {
  const at = expiresAt(quarter, retention);
  return at !== undefined && at <= now;
};

/** Whether it is told by now that a quarter expires soon. */
export const isNear = (quarter: string, retention: Retention, now: Date): boolean => {
  const at = expiresAt(quarter, retention);
  return at !== undefined && at.getTime() - retention.notice * dayMs <= now.getTime();
};
