import { access, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { env, stderr } from 'node:process';
import { type Command, InvalidArgumentError } from 'commander';
import { type Client, exit } from '../client.ts';
import { jsonOf, roomFor } from '../file.ts';
import { clientOf, type Global } from '../global.ts';
import { print } from '../output.ts';
import { goesOn, yesOption } from '../sure.ts';

type Verdict =
  | { readonly ok: true; readonly from: number; readonly to: number; readonly hash: string }
  | { readonly ok: false; readonly position: number; readonly reason: string };
type Checkpoint = { readonly position: number; readonly hash: string; readonly at: string };

/** How many positions are asked for at once: an answer comes within seconds, and it is told how far it is. */
const stretch = 500_000;

/** `throughline ledger verify | checkpoint | restored` */
export const ledgerCommands = (program: Command): void => {
  const ledger = program.command('ledger').description('the proof that nothing in the ledger was changed');
  ledger
    .command('verify')
    .description('recompute the chain of hashes; up to the head, against the checkpoints that are kept as well')
    .option('--from <position>', 'from the batch that holds this position', position)
    .option('--to <position>', 'to the batch that holds this position', position)
    .option('--checkpoint <file>', 'whether the ledger still contains what this checkpoint says')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { from?: number; to?: number; checkpoint?: string }>();
      const { from = 1, to, checkpoint } = options;
      if (checkpoint !== undefined && (to !== undefined || options.from !== undefined))
        command.error('error: --checkpoint proves all of the ledger up to it, and takes no --from and --to');
      const client = clientOf(options);
      const verdict = checkpoint === undefined ? await verify(client, from, to) : await compare(client, checkpoint);
      print(options.json === true, verdict, () => verdictInWords(verdict, from, to));
      if (!verdict.ok) process.exitCode = exit.failed;
    });
  ledger
    .command('checkpoint')
    .description('sign what the ledger is by now; keep it where nobody who can change the ledger can change it')
    .option('--out <file>', 'write it there as well')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { out?: string }>();
      if (options.out !== undefined) await roomFor(options.out);
      const signed = await clientOf(options).ask<Checkpoint>('/v1/ledger/checkpoints', { method: 'POST' });
      if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(signed, undefined, 2)}\n`);
      print(
        options.json === true,
        signed,
        () => `Signed at position ${signed.position}: ${signed.hash} (${signed.at}).`,
      );
    });
  yesOption(ledger.command('restored'))
    .description('say of a data folder that it was brought back from a backup, before it is started')
    .action(async (_: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<Global>();
      const dir = resolve(env['THROUGHLINE_DATA_DIR'] || '.throughline');
      await isThere(dir);
      await goesOn(command, meaningOf(dir), 'Was it brought back?');
      const running = await sayRestored(dir);
      print(json === true, { dir, running }, () => restoredInWords(dir, running));
      if (running) process.exitCode = exit.needsALook;
    });
};

const isThere = (dir: string): Promise<void> =>
  access(join(dir, 'installation.json')).catch(() => {
    throw new Error(`there is no data folder at ${dir}: THROUGHLINE_DATA_DIR names it`);
  });

const meaningOf = (dir: string): string =>
  `The next start on ${dir} goes on in another fork of the ledger, and whoever read further than it reaches is refused: it is for a folder that was brought back from a backup.`;

/** Beside the data, for the next start to find. Answers whether somebody runs on them meanwhile, who has not heard of it. */
const sayRestored = async (dir: string): Promise<boolean> => {
  const { isHeld } = await import('@throughline/postgres');
  await writeFile(join(dir, 'restored'), `${new Date().toISOString()}\n`, { flush: true });
  return isHeld(join(dir, 'postgres'));
};

const restoredInWords = (dir: string, running: boolean): string =>
  `The next start on ${dir} goes on in another fork of the ledger.` +
  (running
    ? ' Throughline runs on it now, and has not heard of it: stop it at once, and start it again. What is appended until ' +
      'then, or was since the folder was brought back, is of the same fork as what was given up, and who read that cannot ' +
      'tell them apart: see docs/recovery.md.'
    : ' Whoever read further than it reaches is refused from then on, or stops and says so: see docs/recovery.md.');

const position = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It is not a position, 1 or more.');
  return Number(text);
};

/** In stretches that follow each other: each begins with the hash that the one before it ended in. */
const verify = async (client: Client, from: number, to: number | undefined): Promise<Verdict> => {
  const { position: head } = await client.ask<{ position: number }>('/v1/ledger');
  const end = to ?? head;
  // What is not there is for the server to say.
  if (Math.max(from, end) > head) return client.ask<Verdict>('/v1/ledger/verify', { query: { from, to } });
  let first: number | undefined;
  for (let at = from; ;) {
    const isLast = at + stretch > end;
    const range = { from: at, to: isLast ? to : at + stretch - 1 };
    const verdict = await client.ask<Verdict>('/v1/ledger/verify', { query: range });
    if (!verdict.ok) return verdict;
    first ??= verdict.from;
    if (isLast) return { ...verdict, from: first };
    at = verdict.to + 1;
    if (stderr.isTTY) stderr.write(`\r${verdict.to} of ${end}`);
  }
};

const compare = async (client: Client, file: string): Promise<Verdict> =>
  client.ask<Verdict>('/v1/ledger/verify', { method: 'POST', json: { checkpoint: await jsonOf(file) } });

const widened = (is: { from: number; to: number }, from: number, to = is.to): string =>
  is.from === from && is.to === to
    ? ''
    : `\nAsked for was ${from} to ${to}: events that were stored together are proved together.`;

/** What was found, with the range where it is not the one that was asked for. */
export const verdictInWords = (verdict: Verdict, from: number, to?: number): string =>
  verdict.ok
    ? `Nothing was changed from ${verdict.from} to ${verdict.to}. The hash there is ${verdict.hash}.` + widened(verdict, from, to) // prettier-ignore
    : `Broken at position ${verdict.position}: ${verdict.reason}.`;
