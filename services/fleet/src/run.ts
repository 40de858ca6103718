import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Say } from './voice.ts';

/** The entry file of another package's process, as this one runs: built, or from source. */
export const mainOf = (name: string): string => {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(`../../${name}/${isSource ? 'src/main.ts' : 'dist/main.js'}`, import.meta.url));
};

/** One of the fleet's own entry files. */
export const ownMain = (name: string): string =>
  fileURLToPath(new URL(`${name}.main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

/** Runs a program to its end. Throws where that is not 0; what it said has the reason. */
export const runOnce = (name: string, env: Readonly<Record<string, string>>, say: Say): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, mainOf(name)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', say);
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Failed(`${name} ended with ${code}`))));
  });

/** A program did not do what it was run for. */
export class Failed extends Error {
  override readonly name = 'Failed';
}
