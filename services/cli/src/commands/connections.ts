import type { Command } from 'commander';
import { exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print } from '../output.ts';
import { goesOn, yesOption } from '../sure.ts';
import { type Connection, connectionsPath as path, isIll, named, whyOf } from './connection.ts';
import { crmCommands, secretFrom } from './crms.ts';

const line = (one: Connection): string[] => [one.name, one.crm, one.state, one.url, whyOf(one)];

const shown = (options: Global, connection: Connection, said: string): void => {
  print(options.json === true, connection, () => `${connection.name} ${said}.`);
  if (connection.state === 'paused' && connection.reason !== undefined) process.exitCode = exit.needsALook;
};

/** `throughline connections` */
export const connectionCommands = (program: Command): void => {
  const connections = program.command('connections').description('the CRMs that conversations are written back to');
  crmCommands(connections);
  listCommand(connections);
  connections
    .command('rotate')
    .argument('<name>', 'its name or id')
    .requiredOption('--secret-file <file>', 'the new secret; - for standard input')
    .description('give it another secret')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { secretFile: string }>();
      const client = clientOf(options);
      const json = { secret: await secretFrom(options.secretFile) };
      const { id } = await named(client, name);
      shown(
        options,
        await client.ask<Connection>(`${path}/${id}/rotate`, { method: 'POST', json }),
        'has the new secret',
      );
    });
  for (const [verb, about, said] of [
    ['pause', 'write nothing to it until it is resumed', 'is paused'],
    ['resume', 'go on with all that waits', 'is active'],
  ] as const)
    connections
      .command(verb)
      .argument('<name>', 'its name or id')
      .description(about)
      .action(async (name: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<Global>();
        const client = clientOf(options);
        const { id } = await named(client, name);
        shown(options, await client.ask<Connection>(`${path}/${id}/${verb}`, { method: 'POST' }), said);
      });
  removeCommand(connections);
};

const removeCommand = (connections: Command): void => {
  yesOption(connections.command('remove'))
    .argument('<name>', 'its name or id')
    .description('remove it for good, with its secret: what was written stays, what was still to be written is dropped')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const { id, crm, url } = await named(client, name);
      const what = `${name} (${crm} at ${url}) goes for good with its secret, and what is still to be written to it is dropped.`;
      await goesOn(command, what, 'Remove it?');
      const { unwritten } = await client.ask<{ unwritten: number }>(`${path}/${id}`, { method: 'DELETE' });
      print(options.json === true, { removed: id, unwritten }, () => removedInWords(name, unwritten));
    });
};

const removedInWords = (name: string, unwritten: number): string =>
  unwritten === 0
    ? `${name} is removed.`
    : `${name} is removed. Dropped, and not written: ${unwritten}; see \`throughline writeback list --state dropped\`.`;

const listCommand = (connections: Command): void => {
  connections
    .command('list')
    .description('list them')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const items = await Array.fromAsync(clientOf(options).all<Connection>(path));
      const rows = items.map((item) => line(item).map((cell) => brief(cell, 160)));
      print(options.json === true, { items }, () =>
        items.length === 0 ? 'No CRM is connected.' : columns(['name', 'crm', 'state', 'at', 'why'], rows),
      );
      if (items.some(isIll)) process.exitCode = exit.needsALook;
    });
};
