import { Inject, Injectable } from '@nestjs/common';
import { automaticReply, calendarName, channel, duration, instant, kind, promiseTarget, streamOf, uuid } from '@throughline/contracts'; // prettier-ignore
import { callerOf, type CallSource, idFrom, list, type Page, paging } from '@throughline/host';
import type { Client } from '@throughline/postgres';
import type { Moment } from '@throughline/service';
import { z } from 'zod';
import { customerFor, customerThen } from '../customer.ts';
import { momentFor, readable, waiting, when, type Written, writtenOf } from '../edge.ts';
import { groundOf } from '../ground.query.ts';
import { routing, type RoutingOptions } from '../routing.ts';
import { readThen } from '../then/then.ts';
import { transact } from '../transact.ts';
import { usualCalendars } from './calendar.ts';
import { inTime, wait } from './keep.ts';
import { type ListedPromise, type Place, type PlaceDue, promisesAfter, promisesDue } from './listed.query.ts';
import { promisePolicies, type PromiseGround, type PromisePolicy, type PromisePolicyEvent, set } from './policy.ts';
import { type PromiseHeard, promiseHears, type Promises, promises } from './promise.ts';

const rule = z.strictObject({
  targets: z.array(promiseTarget).min(1).optional().describe('Only these; without it both.'),
  channels: z.array(channel).min(1).optional().describe('Only what comes in on these; without it all.'),
  kinds: z.array(kind).min(1).optional().describe('Only these; without it all, and what has none.'),
  within: duration.optional().describe('How much working time there is for an answer; without it none is promised.'),
  calendar: calendarName.default('always'),
  automatic: automaticReply
    .default('ignored')
    .describe(
      'What a bot’s or an automatic reply does: nothing, or it is an answer, or it pauses until the customer writes.',
    ),
});

export const promisePolicyBody = z.strictObject({
  rules: z.array(rule).max(100).describe('The first that fits counts; nothing is promised where none does.'),
});
export type PromisePolicyBody = z.infer<typeof promisePolicyBody>;
export const promisePolicy = promisePolicyBody.extend({ version: z.int().describe('0 before anybody set it.') });

export const promisesQuery = z.strictObject({
  ...paging,
  state: z.enum(['open', 'all']).default('open'),
  ...when,
});
export type PromisesQuery = z.infer<typeof promisesQuery>;

export const dueQuery = z.strictObject({
  ...paging,
  late: z.literal('only').optional().describe('Only those that were due before now.'),
  ...waiting,
});
export type DueQuery = z.infer<typeof dueQuery>;

/** A page; with what was known, where another moment was asked about. */
export type PromisePage = Page<ListedPromise> & { readonly position?: number };

export const groundQuery = z.strictObject(waiting);
export type GroundQuery = z.infer<typeof groundQuery>;

const places = list<Place>('promises', z.tuple([instant, uuid]));

const placesDue = list<PlaceDue>('promises due', z.tuple([instant, uuid]));

/** What people ask about promises, whichever way. */
@Injectable()
export class PromiseDesk {
  constructor(@Inject(routing) private readonly options: RoutingOptions) {}

  /** A customer's promises, of all its handles. Throws Rejections `CustomerUnknown`, `CustomerErased`. */
  async list(tenant: string, id: string, query: PromisesQuery): Promise<PromisePage> {
    const { limit, cursor, state, asOf, recordedAsOf } = query;
    const moment = await momentFor(this.options, query);
    const { vault } = this.options;
    const scope = [tenant, id, state, asOf, recordedAsOf];
    const range = { after: places.after(cursor, scope), limit: limit + 1 };
    const at = moment?.now.toISOString() ?? this.now();
    const found = await this.readAbout(tenant, id, moment, (client, subjects) =>
      promisesAfter(client, vault, tenant, { subjects, state, asOf: at }, range),
    );
    const page = places.page(found, limit, (one) => [one.countedFrom, one.id], scope);
    return { ...page, ...(moment && { position: Number(moment.position) }) };
  }

  /** The answers that are due, of all customers, the first that is due first. */
  async due(tenant: string, { limit, cursor, late, minPosition }: DueQuery): Promise<Page<ListedPromise>> {
    const { db, vault } = this.options;
    const scope = [tenant, late];
    const range = { after: placesDue.after(cursor, scope), limit: limit + 1 };
    await readable(this.options, minPosition);
    const asOf = this.now();
    const which = { asOf, ...(late && { lateAt: asOf }) };
    const found = await db.asTenant(tenant, (client) => promisesDue(client, vault, tenant, which, range));
    return placesDue.page(found, limit, (one) => [one.dueAt!, one.id], scope);
  }

  // Which promises there were is read as it is known; a question of then is who had the matter.
  private async readAbout<T>(
    tenant: string,
    id: string,
    moment: Moment | undefined,
    query: (client: Client, subjects: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { options } = this;
    if (!moment) {
      const { handles } = await customerFor(options, tenant, id);
      return options.db.asTenant(tenant, (client) => query(client, handles));
    }
    let ids: readonly string[] = [];
    const which = async (client: Client, people: Client) => {
      ids = (await customerThen(options, { client, people }, tenant, id)).handles;
      return { column: 'subject' as const, ids };
    };
    return readThen(options, tenant, moment, { which, promises: 'known' }, (client) => query(client, ids));
  }

  /** What is promised now. */
  async policy(tenant: string, { minPosition }: GroundQuery): Promise<PromisePolicy> {
    await readable(this.options, minPosition);
    return (await this.ground(tenant)).policy;
  }

  /** What is promised from now on, as said `at` there. Throws Rejection `CalendarUnknown`, naming each rule. */
  async set(source: CallSource, { rules }: PromisePolicyBody, at = ''): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const calendars = await this.calendarsNamed(tenant, [...new Set(rules.map(({ calendar }) => calendar))]);
    const told = await transact<PromisePolicy, PromisePolicyEvent>(this.options, {
      tenant,
      stream: streamOf.policy('promise'),
      noun: promisePolicies,
      hears: ['PromisePolicySet'],
      decide: set(rules, calendars, at),
      id: idFrom(source),
      actor,
      content: rules,
    });
    // As usual, and nobody ever said otherwise: that can be read at the head.
    return told ? writtenOf(told) : { position: Number(await this.options.ledger.head()) };
  }

  /** It waits for the customer until they write. Throws Rejections `MatterUnknown`, `NothingPromised`. */
  async wait(source: CallSource, matter: string): Promise<Written> {
    const { tenant, actor } = callerOf(source);
    const ground = await this.ground(tenant);
    const at = this.now();
    const told = await transact<Promises, PromiseHeard>(this.options, {
      tenant,
      stream: streamOf.matter(matter),
      noun: promises,
      hears: promiseHears,
      decide: inTime(at, wait(ground, at)),
      id: idFrom(source),
      actor,
      content: { wait: matter },
    });
    return writtenOf(told!);
  }

  // Looked up in the ledger: who just defined one can name it at once.
  private async calendarsNamed(tenant: string, names: readonly string[]): Promise<readonly string[]> {
    const { ledger } = this.options;
    const found = await Promise.all(
      names.map(async (name) => {
        const isUsual = usualCalendars.some(({ calendar }) => calendar === name);
        return isUsual || (await ledger.read(tenant, streamOf.calendar(name), { limit: 1 })).length > 0 ? [name] : [];
      }),
    );
    return found.flat();
  }

  private async ground(tenant: string): Promise<PromiseGround> {
    return (await this.options.db.asTenant(tenant, (client) => groundOf(client, tenant))).promises;
  }

  private now(): string {
    return (this.options.now?.() ?? new Date()).toISOString();
  }
}
