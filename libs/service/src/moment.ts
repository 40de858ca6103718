import { type Instant, instant } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { pageOf } from '@throughline/host';
import { type Ledger, positionAt, type Position } from '@throughline/ledger';
import type { Client } from '@throughline/postgres';
import { z } from 'zod';

const neither = 'is neither a position nor an RFC 3339 moment, such as 2026-05-04T09:30:00Z';

/** What was known: at a position of the ledger (digits), or at an instant. */
export const recordedAsOf = z
  .string()
  .max(40)
  .transform((text, context): Position | Instant => {
    if (/^\d{1,18}$/.test(text)) return BigInt(text);
    const at = instant.safeParse(text);
    if (at.success) return at.data;
    context.addIssue({ code: 'custom', message: neither });
    return z.NEVER;
  });

/** The parameters by which callers ask about another moment; to be spread into a query's schema. */
export const times = {
  asOf: instant.optional().describe('What the world was at this moment: what had happened by then.'),
  recordedAsOf: recordedAsOf
    .optional()
    .describe('What was known at this moment, or at this position of the ledger. The same answer for ever, erasure aside.'), // prettier-ignore
};
export type Times = { readonly asOf?: Instant; readonly recordedAsOf?: Position | Instant };

/** A moment that is asked about, on both clocks. */
export type Moment = {
  /** What was known: all events up to this one, and no other. */
  readonly position: Position;
  /** What counts as now. */
  readonly now: Date;
  /** What happened after it is left out, where the world is asked about. */
  readonly until?: Instant;
};

/** What moments are looked up in; `projectorDb` sees the ledger's batches. */
export type Places = {
  readonly ledger: Pick<Ledger, 'tail' | 'head' | 'abilities'>;
  readonly projectorDb: Client;
  readonly now?: () => Date;
};

const nothingYet = (asked: string): Rejection =>
  new Rejection('BeforeFirst', `Nothing was recorded yet at ${asked}: the ledger begins later.`, [
    { pointer: '/recordedAsOf', reason: 'is before the first event' },
  ]);

const unchained = (): Rejection =>
  new Rejection('Unchained', 'The ledger is in a store that does not tell what was known when.', [
    { pointer: '/recordedAsOf', reason: 'cannot be told by this store' },
  ]);

const recordedAt = async ({ ledger }: Places, position: Position): Promise<Date> =>
  new Date((await ledger.tail(position - 1n, { limit: 1 }))[0]!.recordedAt);

const known = async (places: Places, asked: Position | Instant): Promise<Omit<Moment, 'until'>> => {
  const { ledger, projectorDb, now = () => new Date() } = places;
  if (!ledger.abilities.dense || (typeof asked === 'string' && !ledger.abilities.chained)) throw unchained();
  const head = await ledger.head();
  if (typeof asked === 'string') {
    const position = await positionAt(projectorDb, asked);
    if (position === 0n) throw nothingYet(asked);
    return { position, now: new Date(Math.min(Date.parse(asked), now().getTime())) };
  }
  const position = asked < head ? asked : head;
  if (position === 0n) throw nothingYet(`position ${asked}`);
  return { position, now: await recordedAt(places, position) };
};

/**
 * The moment that is asked about; undefined where it is now. Where it is not said what was known, it is what can be
 * `read`. Beyond the head it is the head; whoever keeps the position
 * that the answer has gets the same answer again.
 *
 * Throws Rejection `BeforeFirst`, `Unchained` where the ledger's store does not tell.
 */
export const momentOf = async (
  places: Places,
  { asOf, recordedAsOf: asked }: Times,
  read: () => Promise<Position>,
): Promise<Moment | undefined> => {
  if (asked !== undefined) {
    const moment = await known(places, asked);
    return asOf === undefined ? moment : { ...moment, now: new Date(asOf), until: asOf };
  }
  if (asOf === undefined) return undefined;
  return { position: await read(), now: new Date(asOf), until: asOf };
};

/** The schema of a page of such items, which has a position where another moment was asked about. */
export const pageThen = <Item extends z.ZodType>(item: Item) =>
  pageOf(item).extend({ position: z.int().optional().describe('What was known, where another moment was asked about.') }); // prettier-ignore
