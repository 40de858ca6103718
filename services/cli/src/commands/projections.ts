import { setTimeout as wait } from 'node:timers/promises';
import { stderr } from 'node:process';
import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, print, safe } from '../output.ts';

type Beside = {
  readonly is: 'next' | 'previous';
  readonly version: number;
  readonly since: string;
  readonly position: number;
  readonly state: string;
  readonly error?: string;
  readonly perSecond: number;
  readonly secondsLeft?: number;
};
/** What `/v1/projections` tells of one. */
export type Projection = {
  readonly name: string;
  readonly version: number;
  readonly position: number;
  readonly state: string;
  readonly beside?: Beside;
};
type Difference = {
  readonly position: number;
  readonly same: boolean;
  readonly tables: readonly { readonly name: string; readonly same: boolean }[];
};

/** How often it is asked how far a rebuild is, in milliseconds. */
const lookMs = 500;

/** `throughline projections list | rebuild | diff | swap | rollback | discard` */
export const projectionCommands = (program: Command): void => {
  const projections = program.command('projections').description('the rows that are made from the ledger, made anew');
  projections
    .command('list')
    .description('how far each is, and what stands beside it')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const all = await clientOf(options).ask<{ items: readonly Projection[] }>('/v1/projections');
      print(options.json === true, all, () => listed(all.items));
    });
  named(projections, 'rebuild', 'fill new tables beside the live ones, and wait until they have caught up')
    .option('--workers <n>', 'how many make the rows, each those of its own tenants')
    .option('--no-wait', 'begin, and leave it to the server')
    .action(async (name: string, { wait: waits, workers }: Rebuilding, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const begun = await client.ask<Projection>(pathOf(name, `rebuild${queryOf(workers)}`), { method: 'POST' });
      const built = waits ? await caughtUp(client, begun) : begun;
      print(options.json === true, built, () => rebuilt(built));
      if (built.beside?.state === 'failing') process.exitCode = exit.failed;
    });
  named(projections, 'diff', 'compare the rows that are live with those that a rebuild made beside them').action(
    async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const difference = await clientOf(options).ask<Difference>(pathOf(name, 'diff'));
      print(options.json === true, difference, () => compared(difference));
      if (!difference.same) process.exitCode = exit.needsALook;
    },
  );
  acting(projections, 'swap', 'make what was rebuilt live', 'It is live; what was live before stands beside it.');
  acting(projections, 'rollback', 'make live again what was so before the swap', 'What was live before is so again.');
  named(projections, 'discard', 'drop what stands beside it').action(
    async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      await clientOf(options).ask(pathOf(name, 'beside'), { method: 'DELETE' });
      print(options.json === true, { discarded: name }, () => 'It is gone.');
    },
  );
};

type Rebuilding = { readonly wait: boolean; readonly workers?: string };

const queryOf = (workers: string | undefined): string =>
  workers === undefined ? '' : `?workers=${encodeURIComponent(workers)}`;

const pathOf = (name: string, what: string): string => `/v1/projections/${encodeURIComponent(name)}/${what}`;

const named = (parent: Command, name: string, description: string): Command =>
  parent.command(name).argument('<name>', 'as listed').description(description);

const acting = (parent: Command, act: 'swap' | 'rollback', description: string, done: string): void => {
  named(parent, act, description).action(async (name: string, _: unknown, command: Command) => {
    const options = command.optsWithGlobals<Global>();
    const answer = await clientOf(options).ask<Projection>(pathOf(name, act), { method: 'POST' });
    print(options.json === true, answer, () => done);
  });
};

/** Waits until it was once where the live one was when it began, or at the ledger's end where that was further, or fails. */
const caughtUp = async (client: Client, begun: Projection): Promise<Projection> => {
  const { head } = await client.ask<{ head: number }>('/v1/status');
  const goal = Math.min(begun.position, head);
  for (let now = begun; ;) {
    const { beside } = now;
    if (!beside || beside.state === 'failing' || beside.position >= goal) return now;
    if (stderr.isTTY) stderr.write(`\r${progressOf(now, beside)}   `);
    await wait(lookMs);
    const { items } = await client.ask<{ items: readonly Projection[] }>('/v1/projections');
    now = items.find(({ name }) => name === begun.name)!;
  }
};

const progressOf = ({ position }: Projection, beside: Beside): string => {
  const left = beside.secondsLeft === undefined ? '' : `, ${beside.secondsLeft} s left`;
  return `${beside.position} of ${position}, ${beside.perSecond} a second${left}`;
};

const listed = (all: readonly Projection[]): string =>
  columns(
    ['name', 'version', 'position', 'state', 'beside'],
    all.map((one) => [one.name, `${one.version}`, `${one.position}`, one.state, besideInWords(one)]),
  );

const besideInWords = (one: Projection): string => {
  const { beside } = one;
  if (!beside) return '';
  const failing = beside.state === 'failing' ? `, fails: ${safe(beside.error ?? '')}` : '';
  return `${beside.is}: ${progressOf(one, beside)}${failing}`;
};

const rebuilt = ({ name, beside }: Projection): string => {
  if (beside?.state === 'failing') return `It fails, and goes on by itself when it can: ${safe(beside.error ?? '')}`;
  return `What stands beside ${name} is at ${beside?.position ?? 0}. Now: throughline projections diff ${name}`;
};

const compared = ({ same, position, tables }: Difference): string => {
  if (same) return `Both have the same rows at position ${position}.`;
  const names = tables.filter((one) => !one.same).map(({ name }) => name);
  return `At position ${position} they differ in ${names.join(', ')}.`;
};
