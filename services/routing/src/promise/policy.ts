import { isDeepStrictEqual } from 'node:util';
import type { Channel, DataOf, Event, Kind } from '@throughline/contracts';
import { type Decision, type Fault, Rejection, type Stream } from '@throughline/decider';
import { type Calendar, usualCalendars } from './calendar.ts';
import type { Target } from './promise.ts';

/** What a tenant promises. Version 0 is what holds until somebody says otherwise. */
export type PromisePolicy = DataOf<'PromisePolicySet'>;
export type Rule = PromisePolicy['rules'][number];

const plain = { calendar: 'always', automatic: 'ignored' } as const;

/** Sales within five minutes of business hours, account within 24 hours, all else like support: within four hours. */
export const usualPromises: PromisePolicy = {
  version: 0,
  rules: [
    { kinds: ['sales'], within: 'PT5M', calendar: 'business', automatic: 'ignored' },
    { kinds: ['account'], within: 'PT24H', ...plain },
    { within: 'PT4H', ...plain },
  ],
};

/** What promises are made by: the tenant's policy and calendars. */
export type PromiseGround = { readonly policy: PromisePolicy; readonly calendars: readonly Calendar[] };

/** The same where a tenant said nothing. */
export const usualGround: PromiseGround = { policy: usualPromises, calendars: usualCalendars };

/** The calendars of a tenant: those that it defined, and those that there are anyway. */
export const calendarsWith = (defined: readonly Calendar[]): readonly Calendar[] => [
  ...defined,
  ...usualCalendars.filter(({ calendar }) => defined.every((one) => one.calendar !== calendar)),
];

type Message = { readonly target: Target; readonly channel: Channel; readonly kind?: Kind };
export type Wanted = { readonly within: string; readonly calendar: Calendar; readonly automatic: Rule['automatic'] };

/** What is promised for a message, by the first rule that fits; nothing where none does or that one promises nothing. */
export const wantedFor = (
  { policy, calendars }: PromiseGround,
  { target, channel, kind }: Message,
): Wanted | undefined => {
  const rule = policy.rules.find(
    ({ targets, channels, kinds }) =>
      (targets?.includes(target) ?? true) &&
      (channels?.includes(channel) ?? true) &&
      (kinds === undefined || (kind !== undefined && kinds.includes(kind))),
  );
  const calendar = calendars.find((one) => one.calendar === rule?.calendar);
  if (rule?.within === undefined || !calendar) return undefined;
  return { within: rule.within, calendar, automatic: rule.automatic };
};

export type PromisePolicyEvent = Event<'PromisePolicySet'>;

/** A tenant's policy, as it was set last. */
export const promisePolicies: Stream<PromisePolicy, PromisePolicyEvent> = {
  initial: usualPromises,
  evolve: (_, { data }) => data,
};

/** From now on it is promised so; what was promised stays. Throws Rejection `CalendarUnknown`, naming each rule by where it stands. */
export const set =
  (rules: readonly Rule[], calendars: readonly string[], at = ''): Decision<PromisePolicy, PromisePolicyEvent> =>
  (state) => {
    const faults = rules.flatMap(({ calendar }, nth): Fault[] =>
      calendars.includes(calendar) ? [] : [{ pointer: `${at}/rules/${nth}/calendar`, reason: 'names no calendar' }],
    );
    if (faults.length > 0)
      throw new Rejection('CalendarUnknown', 'A rule counts by a calendar that is not there.', faults);
    if (isDeepStrictEqual(state.rules, rules)) return [];
    return [{ type: 'PromisePolicySet', data: { version: state.version + 1, rules: [...rules] } }];
  };
