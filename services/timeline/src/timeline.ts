import { Rejection } from '@throughline/decider';
import type { Feed, Following } from '@throughline/feed';
import type { Caller, Log } from '@throughline/host';
import { customerOf, handlesOf, normaliseHandle } from '@throughline/identity';
import type { Ledger } from '@throughline/ledger';
import { inOneView, type Running } from '@throughline/read-model';
import { momentOf, refuseBeyond, type Times } from '@throughline/service';
import { newsOf } from './entry/news.query.ts';
import { shownOf } from './entry/shown.query.ts';
import { standsOn } from './entry/stand.query.ts';
import { erasedBy } from './erasure/erasure.query.ts';
import type { NotaryOptions } from './proof/notary.ts';
import { type Reader, type Reading, reading, type Sources } from './reading.ts';
import { readingThen } from './then/reading.ts';
import { type Watermark, watermark } from './watermark.ts';

/** What the read side is built from. */
export type TimelineOptions = Sources & {
  /** Brings what is projected. */
  readonly feed: Feed;
  /** What the event stream and the head are read from. */
  readonly ledger: Pick<Ledger, 'tail' | 'watch' | 'head' | 'forkAt' | 'abilities' | 'readAll'>;
  /** How many items of a tenant wait in quarantine, where this process can tell. */
  readonly quarantined?: (tenant: string) => Promise<number>;
  /** What else is projected in this process, for its status. */
  readonly alongside?: () => readonly Running[];
  /** What checkpoints are signed with, and where they are kept; none are made unless given. */
  readonly notary?: NotaryOptions;
  /** Begins to erase a customer, where that can be done in this process; else callers are sent to where it can. */
  readonly erase?: (caller: Caller, id: string) => Promise<object>;
  readonly log?: Log;
};

/** As of when it is read: as of now where neither clock is named. */
export type When = Times & { readonly minPosition?: bigint };

/** The names of the projections that reads wait for. */
export type Projected = 'timeline' | 'identity' | 'search';

/** An id that leads to another customer by now. */
export class Moved extends Error {
  override readonly name = 'Moved';

  constructor(
    readonly from: string,
    readonly to: string,
  ) {
    super(`${from} is part of ${to}`);
  }
}

/**
 * The customer that an id belongs to. As of an earlier moment it may be the id of somebody who was erased since, and under
 * it are those who were one customer with them then.
 */
const belongingTo = async ({ client, tenant, moment }: Reading, id: string): Promise<string | undefined> => {
  const customer = await customerOf(client, tenant, id);
  if (customer !== undefined || !moment) return customer;
  return (await handlesOf(client, tenant, id)).length > 0 ? id : undefined;
};

const unknown = (): Rejection => new Rejection('CustomerUnknown', 'No customer has this id or handle.');

const gone = (at: string): Rejection => new Rejection('CustomerErased', `This customer was erased at ${at}.`);

/** Whose timeline it is: a customer by now, or somebody of whom it says that they are erased, and no more. */
export type Standing = { readonly id: string; readonly handles: readonly string[]; readonly erasedAt?: string };

/** How reads begin, over REST and over gRPC: as a tenant, and complete up to the position that the caller asks for. */
export class Timeline {
  /** What came in a stretch, for all who watch a timeline. */
  readonly news = newsOf(this);
  /** The entries of news, for all of them. */
  readonly shown = shownOf(this);
  /** Where they stand in the ledger. */
  readonly stands: ReturnType<typeof standsOn>;

  constructor(
    readonly options: TimelineOptions,
    private readonly projections: Readonly<Record<Projected, { readonly following: Following }>>,
  ) {
    this.stands = standsOn(options.ledger);
  }

  now(): Date {
    return this.options.now?.() ?? new Date();
  }

  /** How far these projections are complete, all of them. */
  watermark(...of: readonly Projected[]): Watermark {
    return watermark(...of.map((name) => this.projections[name].following));
  }

  /** Reads for somebody what customers and timelines are made of; first waits, bounded, for `minPosition`. */
  async read<T>(reader: Reader, minPosition: bigint | undefined, query: (reading: Reading) => Promise<T>): Promise<T> {
    if (minPosition !== undefined) await this.reached(minPosition, 'timeline', 'identity');
    return reading(this.options, reader, query);
  }

  /**
   * The same as of another moment, where one is asked for: first waits, bounded, for all that was known then. Throws
   * `BeforeFirst`, `Unchained`.
   */
  async readThen<T>(
    reader: Reader,
    { minPosition, ...times }: When,
    query: (reading: Reading) => Promise<T>,
  ): Promise<T> {
    const moment = await momentOf(this.options, times, async () => this.watermark('timeline', 'identity').position());
    if (!moment) return this.read(reader, minPosition, query);
    const { position } = moment;
    const known = minPosition !== undefined && minPosition > position ? minPosition : position;
    return this.read(reader, known, (reading) =>
      inOneView(reading.client, () => query(readingThen(reading, this.options, moment))),
    );
  }

  /** Resolves once these projections are complete up to a `minPosition`. Throws `BeyondHead` at once, `Busy` after a while. */
  async reached(minPosition: bigint, ...of: readonly Projected[]): Promise<void> {
    const mark = this.watermark(...of);
    if (mark.position() >= minPosition) return;
    await this.refuseBeyond(minPosition, '/minPosition');
    await mark.reached(minPosition);
  }

  /** Throws `BeyondHead` at a position that the ledger does not reach; `pointer` names it in what was asked. */
  refuseBeyond(position: bigint, pointer: string): Promise<void> {
    return refuseBeyond(this.options, position, pointer);
  }

  /** The customer that an id belongs to by now: its own, or that of any of its handles. Throws `CustomerUnknown`, `CustomerErased`. */
  async customerIdOf(reading: Reading, id: string): Promise<string> {
    const customer = await belongingTo(reading, id);
    if (customer !== undefined) return customer;
    const erased = await erasedBy(reading, id);
    throw erased ? gone(erased.at) : unknown();
  }

  /** The same with its handles, also of somebody who is erased. Throws `CustomerUnknown`. */
  async standingOf(reading: Reading, id: string): Promise<Standing> {
    const { client, tenant } = reading;
    const customer = await belongingTo(reading, id);
    if (customer !== undefined) return { id: customer, handles: await handlesOf(client, tenant, customer) };
    const erased = await erasedBy(reading, id);
    if (!erased) throw unknown();
    return { id: erased.customer, handles: erased.handles, erasedAt: erased.at };
  }

  /** The same for callers who are sent on to the right address: throws {@link Moved} where it is another one. */
  async standingExactly(reading: Reading, id: string): Promise<Standing> {
    const standing = await this.standingOf(reading, id);
    if (standing.id !== id) throw new Moved(id, standing.id);
    return standing;
  }

  /** The same for callers who are sent on to the right address: throws {@link Moved} where it is another one. */
  async exactly(reading: Reading, id: string): Promise<string> {
    const customer = await this.customerIdOf(reading, id);
    if (customer !== id) throw new Moved(id, customer);
    return customer;
  }

  /** The handles of a customer that a parameter `customer` names by its id or by a handle. Throws `CustomerUnknown`, `InvalidQuery`. */
  async handlesBy(reading: Reading, customer: string): Promise<readonly string[]> {
    const key = this.handleIdOf(reading.tenant, customer, '/customer');
    return handlesOf(reading.client, reading.tenant, await this.customerIdOf(reading, key));
  }

  /** The id of a handle, given as text or by its id already. Throws `InvalidQuery` at `pointer`. */
  handleIdOf(tenant: string, handle: string, pointer: string): string {
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(handle)) return handle.toLowerCase();
    try {
      return this.options.vault.handleId(tenant, normaliseHandle(handle, pointer).handle);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      throw new Rejection('InvalidQuery', error.detail, error.faults);
    }
  }
}
