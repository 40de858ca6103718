/**
 * Runs processes one after the other as if they were this one. Whichever is running is asked to drain when this process
 * is told to end, and when the npm that started it is gone: npm passes no SIGTERM on, and would leave it all behind.
 */
import { spawn } from 'node:child_process';

const graceMs = 10_000;
const npm = process.ppid;

let isEnding = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

function end() {
  if (isEnding) return;
  isEnding = true;
  running?.kill('SIGTERM');
  setTimeout(() => running?.kill('SIGKILL'), graceMs).unref();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
setInterval(() => process.ppid === npm || end(), 250).unref();

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 * @returns {Promise<number>} the exit code; 0 also for what ended because it was asked to, or was not begun any more
 */
export function supervise(command, args, stdio) {
  if (isEnding) return Promise.resolve(0);
  const child = spawn(command, args, { stdio });
  running = child;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const hasObeyed = isEnding && (signal === 'SIGTERM' || signal === 'SIGINT');
      resolve(hasObeyed ? 0 : (code ?? 1));
    });
  });
}

/** Whether this process was told to end, so that nothing new should begin. */
export const isToldToEnd = () => isEnding;
