import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print } from '../output.ts';

/** Items as a table with this head. */
export const table =
  <Item>(head: readonly string[], row: (item: Item) => readonly string[]) =>
  (items: readonly Item[]): string =>
    columns(head, items.map((item) => row(item).map((cell) => brief(cell, 120)))); // prettier-ignore

type More<Item> = {
  /** What to list, where it is not all at the address: by the options that the command was given besides. */
  readonly all?: (client: Client, options: Record<string, string>) => AsyncIterable<Item>;
  /** Whether a person has to look at one: then the command ends with 3. */
  readonly needsALook?: (item: Item) => boolean;
};

/** A `list` subcommand over a paged address; what it returns takes more options. */
export const listCommand = <Item>(
  parent: Command,
  path: string,
  inWords: (items: readonly Item[]) => string,
  empty: string,
  { all = (client) => client.all<Item>(path), needsALook = () => false }: More<Item> = {},
): Command =>
  parent
    .command('list')
    .description('list them')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const items = await Array.fromAsync(all(clientOf(options), command.opts()));
      print(options.json === true, { items }, () => (items.length === 0 ? empty : inWords(items)));
      if (items.some(needsALook)) process.exitCode = exit.needsALook;
    });
