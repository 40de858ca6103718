/**
 * `npm run bench -- NAME… [--json] [--seconds N] [--rounds N] [--events N]`: measures ours and its rivals side by side, on a
 * PostgreSQL of its own. With `--json` the last line is one object for the last bench; see docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { beginYoung } from '@throughline/host';
import { append } from './append.ts';
import { capture } from './capture.ts';
import { consume } from './consume.ts';
import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { page } from './page.ts';
import { project } from './project.ts';
import { queues } from './queue.ts';
import { relayed } from './relay.ts';
import { rebuild } from './rebuild.ts';
import { replay } from './replay.ts';
import { routing } from './routing.ts';
import { verify } from './verify.ts';
import { writeback } from './writeback.ts';
import type { Bench } from './bench.ts';
import { jsonOf, tableOf } from './figures.ts';
import { openInstallation } from './installation.ts';

const benches: Readonly<Record<string, Bench>> = {
  append,
  project,
  consume,
  capture,
  latency,
  page,
  routing,
  queue: queues,
  writeback,
  relay: relayed,
  rebuild,
  replay,
  verify,
  growth,
};

const usage = (reason: string): never => {
  process.stderr.write(
    `${reason}\nnpm run bench -- ${Object.keys(benches).join('|')} [--json] [--seconds N] [--rounds N] [--events N]\n`,
  );
  process.exit(2);
};

const read = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        events: { type: 'string' },
      },
    });
  } catch (error) {
    return usage((error as Error).message);
  }
};

const numberOf = (name: string, text: string | undefined, usual: number, most: number): number => {
  const value = Number(text ?? usual);
  return value > 0 && value <= most ? value : usage(`--${name} is a number up to ${most}`);
};

// As every process of ours does.
beginYoung();
const { values, positionals } = read();
const seconds = numberOf('seconds', values.seconds, 2, 600);
const rounds = Math.ceil(numberOf('rounds', values.rounds, 5, 100));
const events = values.events === undefined ? undefined : numberOf('events', values.events, 0, 1e9);
const log = (line: string) => void (process.stderr.isTTY && process.stderr.write(`${line}\n`));
if (positionals.length === 0) usage('Which bench?');

for (const name of positionals) {
  const bench = benches[name] ?? usage(`There is no bench ${name}.`);
  const installation = await openInstallation();
  const stop = () => void installation.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const report = await bench({ installation, seconds, rounds, events, log });
    process.stdout.write(`${tableOf(report)}\n\n`);
    if (values.json) process.stdout.write(`${jsonOf(report)}\n`);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await installation.stop();
  }
}
