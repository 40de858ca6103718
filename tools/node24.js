import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const locked = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

/** The Node that everything of ours runs on: the locked one, or on a platform without it the one that runs this. */
export const node24 = existsSync(locked) ? locked : process.execPath;

/** The build runner, as a file for that Node. */
export const nx = fileURLToPath(new URL('../node_modules/nx/dist/bin/nx.js', import.meta.url));

/** What makes Node run the workspace's TypeScript from source. */
export const fromSource = ['--conditions=source', '--import', new URL('./source.js', import.meta.url).href];

/** What Jest runs under: tests are ES modules; its global setup is ours, and from source. */
export const jestFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...fromSource];

/**
 * Hands this process's work to Node 24 with other arguments: same terminal, signals passed on, same exit code.
 *
 * @param {string[]} args
 */
export function become(args) {
  const child = spawn(node24, args, { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  // A terminal sends this one to the child as well; what is left to do is to wait for it.
  process.on('SIGINT', () => {});
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
