import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { skipBecause } from '@throughline/testing';
import { appending } from './conformance/appending.ts';
import { data } from './conformance/data.ts';
import { identity } from './conformance/identity.ts';
import { order } from './conformance/order.ts';
import { port } from './conformance/port.ts';
import type { Case, Subject, World } from './conformance/world.ts';

export type { Faults, Subject } from './conformance/world.ts';

const cases: readonly Case[] = [...appending, ...identity, ...order, ...data, ...port].toSorted(
  (a, b) => a.number - b.number,
);

const usual = Number(process.env.THROUGHLINE_SPEC_SCALE ?? 1);

export type Adapter = {
  /** A fresh store, and a ledger on it. */
  readonly make: () => Promise<Subject>;
  /** Cases that mean nothing for it, by number, each with the reason. */
  readonly absent?: Readonly<Record<number, string>>;
  /** How much the heavy cases do; `THROUGHLINE_SPEC_SCALE`, or 1, where not given. */
  readonly scale?: number;
};

/**
 * Declares the cases that every ledger must pass, against one adapter (docs/guarantees.md lists them by number). All
 * share one store, each has a tenant of its own.
 */
export const ledgerConformance = (name: string, { make, absent = {}, scale = usual }: Adapter): void =>
  describe(`${name} keeps the ledger's promises`, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await make();
    }, 60_000);
    afterAll(() => subject.close());

    const world = (): World => ({
      ledger: subject.ledger,
      another: () => subject.another(),
      tenant: `tenant-${randomUUID()}`,
      scale,
      fault: (fault) => {
        const found = subject.faults[fault];
        if (!found) throw new Error(`${name} has no ${fault}: declare the case absent, with the reason`);
        return found;
      },
    });

    for (const { number, title, run } of cases)
      skipBecause(absent[number])(
        number ? `${number}. ${title}` : title,
        () => run(world()),
        60_000 * Math.max(1, scale),
      );
  });
