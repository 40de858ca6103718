import type { Command } from 'commander';
import { exit } from '../client.ts';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, counted, listed, print, safe, when } from '../output.ts';
import { within } from '../within.ts';

/** A delivery as `/v1/deliveries` answers it. */
export type Delivery = {
  readonly id: string;
  readonly customer: string;
  readonly subject: string;
  readonly conversation?: string;
  readonly connectionName: string;
  readonly record: string;
  readonly state: string;
  readonly attempts: number;
  readonly plannedAt: string;
  readonly remote?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly waits?: string;
};

export const deliveriesPath = '/v1/deliveries';
const path = deliveriesPath;
const at = (id: string): string => `${path}/${encodeURIComponent(id)}`;

const why = ({ reason, detail, waits, remote }: Delivery): string =>
  [reason, detail, waits && `waits ${waits}`, remote && `there as ${remote}`].filter(Boolean).join(': ');

const inWords = (items: readonly Told<Delivery>[]): string =>
  listed(
    items.map((one) => ({
      id: one.id,
      about: gistInWords(one.gist),
      facts: [
        `${one.record} to ${one.connectionName}`,
        `planned ${when(one.plannedAt)}`,
        `${one.state}, tried ${counted(one.attempts, 'time')}`,
        brief(why(one), 160),
      ],
    })),
  );

/** `throughline writeback` */
export const writebackCommands = (program: Command): void => {
  const writeback = program
    .command('writeback')
    .description('what is written to the CRMs, and what a person must look at');
  listCommand(writeback);
  writeback
    .command('show')
    .argument('<id>', 'as listed')
    .description('one, with all that is known of it')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const delivery = await clientOf(options).ask<Delivery>(at(id));
      const rows = Object.entries(delivery).map(([name, value]) => [name, safe(String(value))]);
      print(options.json === true, delivery, () => columns(['', ''], rows).trim());
    });
  retryCommand(writeback);
  writeback
    .command('drop')
    .argument('<id>', 'as listed')
    .description('give one up: it is not written')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const answer = await clientOf(options).ask(at(id), { method: 'DELETE' });
      print(options.json === true, answer, () => 'Dropped.');
    });
};

const listCommand = (writeback: Command): void => {
  writeback
    .command('list')
    .option(
      '--state <state>',
      'open, aside (rejected or parked), rejected, parked, confirmed, dropped; all unless given',
    )
    .option('--limit <count>', 'so many at most, the newest ones', within(1, 1_000_000, 'deliveries'), 200)
    .description('list them, the newest first')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { state?: string; limit: number }>();
      const client = clientOf(options);
      const found: Delivery[] = [];
      for await (const one of client.all<Delivery>(path, { state: options.state })) {
        if (found.length >= options.limit) break;
        found.push(one);
      }
      const items = await withGists(client, found);
      print(options.json === true, { items }, () => (items.length === 0 ? 'There is nothing.' : inWords(items)));
      if (items.some(({ state }) => state === 'rejected' || state === 'parked')) process.exitCode = exit.needsALook;
    });
};

const retryCommand = (writeback: Command): void => {
  writeback
    .command('retry')
    .argument('[id]', 'one; without it, all that were rejected or parked')
    .description('try again')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const aside = async () => Array.fromAsync(client.all<Delivery>(path, { state: 'aside' }), (one) => one.id);
      const results: unknown[] = [];
      for (const one of id === undefined ? await aside() : [id])
        results.push(await client.ask(`${at(one)}/retry`, { method: 'POST' }));
      print(options.json === true, { results }, () => `${results.length} to be tried again.`);
    });
};
