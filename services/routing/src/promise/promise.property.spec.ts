import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '@throughline/contracts';
import { fold } from '@throughline/decider';
import fc from 'fast-check';
import { conversation, minute } from '../../test/known.ts';
import { begun, hourly, look } from '../../test/promised.ts';
import type { Said } from './exchange.ts';
import { inTime, keep } from './keep.ts';
import type { PromiseGround } from './policy.ts';
import { type PromiseEvent, type Promises, promises } from './promise.ts';

const end = 3_000;

type Heard = Said & { readonly lag: number };

/** Things that are said within two days, each heard of some time later. */
const course = (lag: fc.Arbitrary<number>, by: readonly Said['by'][]): fc.Arbitrary<readonly Heard[]> =>
  fc
    .array(fc.record({ at: fc.integer({ min: 0, max: 2_000 }), by: fc.constantFrom(...by), lag }), { maxLength: 12 })
    .map((all) =>
      all
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, by, lag }, nth) => {
          const interaction = `${String(nth).padStart(8, '0')}-1111-8111-8111-111111111111`;
          return { interaction, conversation, at: minute(at), position: nth, by, channel: 'chat', lag: at + lag };
        }),
    );

const ticks = fc.array(fc.integer({ min: 0, max: end }), { maxLength: 20 });

type World = { readonly state: Promises; readonly events: readonly PromiseEvent[] };

/** What comes of all that is said when it is heard in this order, and a clock tells what is due at these times. */
const run = (all: readonly Heard[], clock: readonly number[], ground: PromiseGround): World => {
  const moments = [
    ...all.map((one) => ({ at: one.lag, one })),
    ...clock.map((at) => ({ at, one: undefined })),
    { at: end, one: undefined },
  ].toSorted((a, b) => a.at - b.at);
  const heard: Said[] = [];
  let state = fold(promises, [begun]);
  const events: PromiseEvent[] = [];
  for (const { at, one } of moments) {
    if (one) {
      const { lag: _, ...said } = one;
      heard.push(said);
    }
    const decide = one ? keep(look(at, heard, { ground })) : () => [];
    const news = inTime(minute(at), decide)(state);
    events.push(...news);
    state = fold(promises, news, state);
  }
  return { state, events };
};

/** What counts in the end: from when, by when, breached or not, answered by what. */
const figures = ({ state }: World) =>
  [...state.told.values()]
    .filter(({ ended }) => ended?.because !== 'withdrawn')
    .map(({ target, interaction, countedFrom, dueAt, paused, breached, met }) => ({
      target,
      interaction,
      countedFrom,
      dueAt,
      paused,
      breached,
      met,
    })) // prettier-ignore
    .toSorted((a, b) => (a.interaction < b.interaction ? -1 : 1));

const automatic = fc.constantFrom<DataOf<'PromiseMade'>['automatic']>('ignored', 'meets', 'pauses');
const asleep: readonly number[] = [];

describe('whoever tells in time', () => {
  it('tells the same events as who slept, where nothing comes in late', () =>
    fc.assert(
      fc.property(
        course(fc.constant(0), ['customer', 'agent', 'automatic', 'both']),
        ticks,
        automatic,
        (all, clock, how) => {
          expect(run(all, clock, hourly(how)).events).toEqual(run(all, asleep, hourly(how)).events);
        },
      ),
      { numRuns: 500 },
    ));

  it('settles the same figures as who slept, whatever comes in late and in whatever order', () =>
    fc.assert(
      fc.property(
        course(fc.integer({ min: 0, max: 900 }), ['customer', 'agent', 'both']),
        ticks,
        fc.constantFrom<DataOf<'PromiseMade'>['automatic']>('ignored', 'meets'),
        (all, clock, how) => {
          const told = figures(run(all, clock, hourly(how)));
          expect(told).toEqual(figures(run(all, asleep, hourly(how))));
          expect(told).toEqual(figures(run(all.map((one) => ({ ...one, lag: minuteOf(one.at) })), asleep, hourly(how)))); // prettier-ignore
        },
      ),
      { numRuns: 1_000 },
    ));

  it('breaches exactly what was not answered within its time', () =>
    fc.assert(
      fc.property(course(fc.integer({ min: 0, max: 900 }), ['customer', 'agent']), ticks, (all, clock) => {
        const { state } = run(all, clock, hourly());
        for (const { ended, breached, met, dueAt } of state.told.values())
          if (!ended) expect(breached).toBe(Date.parse(met?.at ?? minute(end)) > Date.parse(dueAt!));
      }),
      { numRuns: 300 },
    ));
});

const minuteOf = (at: string): number => (Date.parse(at) - Date.parse(minute(0))) / 60_000;
