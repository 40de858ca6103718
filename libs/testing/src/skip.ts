import { it } from '@jest/globals';

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
  (name, test, timeout) =>
    reason ? it.skip(`${name} — skipped: ${reason}`, test, timeout) : it(name, test, timeout);
