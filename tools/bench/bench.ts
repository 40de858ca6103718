import { setTimeout as pause } from 'node:timers/promises';
import type { Report, Slot } from './figures.ts';
import type { Installation } from './installation.ts';

/** What a bench is given. */
export type Setting = {
  readonly installation: Installation;
  /** How long each contestant runs in each round. */
  readonly seconds: number;
  readonly rounds: number;
  /** How many events there are to be in the end, for a bench whose ledger grows; its own number unless given. */
  readonly events?: number;
  /** Hears how it goes. */
  readonly log: (line: string) => void;
};

export type Bench = (setting: Setting) => Promise<Report>;

/** Somebody who is measured, for about so many seconds at a time. */
export type Contestant = { readonly name: string; readonly run: (seconds: number) => Promise<Slot> };

/** How long a contestant runs unmeasured before the first round: connections, plans and compiled code are there then. */
const warmUp = 0.7;
/** Between two contestants, for what the one before left to do. */
const breath = 100;

/**
 * Lets all run, one after the other, round by round and every other round in the opposite order: what else the machine
 * does hits all alike. Answers each one's rounds.
 */
export const compete = async (
  contestants: readonly Contestant[],
  { rounds, seconds, log }: Pick<Setting, 'rounds' | 'seconds' | 'log'>,
): Promise<(name: string) => readonly Slot[]> => {
  const slots = new Map<string, Slot[]>(contestants.map(({ name }) => [name, []]));
  for (const { run } of contestants) await run(Math.min(warmUp, seconds));
  for (let round = 0; round < rounds; round += 1) {
    log(`round ${round + 1} of ${rounds}`);
    for (const { name, run } of round % 2 ? contestants.toReversed() : contestants) {
      await pause(breath);
      slots.get(name)!.push(await run(seconds));
    }
  }
  return (name) => slots.get(name)!;
};

/** So many callers, each with its next call as soon as the last one is answered. A call answers how much it did. */
export const callers = async (
  count: number,
  seconds: number,
  call: (caller: number) => Promise<number>,
): Promise<Slot> => {
  const latencies: number[] = [];
  let done = 0;
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const one = async (caller: number) => {
    for (let from = performance.now(), to = from; from < end; from = to) {
      const more = await call(caller);
      to = performance.now();
      done += more;
      latencies.push(to - from);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, caller) => one(caller)));
  return { done, ms: performance.now() - begun, latencies };
};
