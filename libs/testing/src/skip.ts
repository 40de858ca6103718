import type { describe as declareAll, it as declare } from '@jest/globals';

/** Declares one test, as `it` does. */
export type DeclareTest = (name: string, test: () => void | Promise<void>, timeout?: number) => void;

/**
 * `it` where the reason is absent, else a skipped test that says so in its name, as the summary of `npm test` lists it:
 *
 * ```ts
 * const asRoot = skipBecause(process.getuid?.() !== 0 && 'needs root');
 * asRoot('starts under a folder of 0700', async () => { … });
 * ```
 */
export const skipBecause =
  (reason: string | false | undefined): DeclareTest =>
  (name, test, timeout) => {
    // Jest's own, looked up late: drills and benchmarks use the parts of this package without Jest.
    const { it } = globalThis as unknown as { it: typeof declare };
    return reason ? it.skip(`${name} — skipped: ${reason}`, test, timeout) : it(name, test, timeout);
  };

/** `describe` where the reason is absent, else a skipped one, whose tests are listed with the reason. */
export const describeUnless =
  (reason: string | false | undefined) =>
  (name: string, tests: () => void): void => {
    const { describe } = globalThis as unknown as { describe: typeof declareAll };
    return reason ? describe.skip(`${name} — skipped: ${reason}`, tests) : describe(name, tests);
  };
