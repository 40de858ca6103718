/**
 * `npm run drill -- NAME [--minutes N] [--conversations N]`: faults under load, on a PostgreSQL of its own. The last line
 * is one JSON object; it ends with 0 only where nothing is wrong. See docs/operations.md.
 */
import { parseArgs } from 'node:util';
import { openInstallation } from '../bench/installation.ts';
import { isClean, type OnServer, type Verdict } from './drill.ts';
import { erase } from './erase.ts';
import { fleet } from './fleet.ts';
import { ledger } from './ledger.ts';
import { routing } from './routing.ts';
import { writeback } from './writeback.ts';

const drills: Readonly<Record<string, (setting: OnServer) => Promise<Verdict>>> = {
  erase,
  fleet,
  ledger,
  routing,
  writeback,
};

const usage = (reason: string): never => {
  process.stderr.write(
    `${reason}\nnpm run drill -- ${Object.keys(drills).join('|')} [--minutes N] [--conversations N]\n`,
  );
  process.exit(2);
};

const read = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { minutes: { type: 'string' }, conversations: { type: 'string' } },
    });
  } catch (error) {
    return usage((error as Error).message);
  }
};

const numberOf = (name: string, text: string | undefined, usual: number, most: number): number => {
  const value = Number(text ?? usual);
  return value > 0 && value <= most ? value : usage(`--${name} is a number up to ${most}`);
};

const { values, positionals } = read();
const [name, ...others] = positionals;
const drill = drills[name ?? ''] ?? usage(name === undefined ? 'Which drill?' : `There is no drill ${name}.`);
if (others.length > 0) usage('One drill at a time.');
const minutes = numberOf('minutes', values.minutes, 5, 1_440);
const conversations = Math.ceil(numberOf('conversations', values.conversations, 5_000, 1_000_000));
const tell = (line: string) => void process.stderr.write(`${line}\n`);

const installation = await openInstallation();
const stop = () => void installation.stop().finally(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
try {
  const verdict = await drill({ urls: installation.urls, server: installation, minutes, conversations, tell });
  const { faults, beside } = verdict;
  process.stdout.write(`${JSON.stringify({ drill: name, clean: isClean(verdict), ...faults, ...beside })}\n`);
  process.exitCode = isClean(verdict) ? 0 : 1;
} catch (error) {
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stdout.write(`${JSON.stringify({ drill: name, clean: false, error: String(error) })}\n`);
  process.exitCode = 1;
} finally {
  await installation.stop();
}
// Where a drill broke off, what it began may run on.
if (process.exitCode !== 0) process.exit();
