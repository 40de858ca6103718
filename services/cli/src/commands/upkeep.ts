import type { Command } from 'commander';
import { exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, print } from '../output.ts';
import { listCommand, table } from './list.ts';

type Status = {
  ready: boolean;
  tenant: string;
  head: number;
  checksum: string;
  counts: Record<string, number>;
  projections: { name: string; version: number; position: number; checksum?: string }[];
};

/** `throughline status | tenants | own-addresses` */
export const upkeepCommands = (program: Command): void => {
  program
    .command('status')
    .description('where everything stands')
    .option('--checksums', "with the projections' checksums")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { checksums?: boolean }>();
      const status = await clientOf(options).ask<Status>('/v1/status', { query: { checksums: options.checksums } });
      print(options.json === true, status, () => statusInWords(status));
      if (!status.ready) process.exitCode = exit.needsALook;
    });

  const tenants = program.command('tenants').description('whose data it is');
  listCommand<{ name: string }>(
    tenants,
    '/v1/tenants',
    table(['name'], ({ name }) => [name]),
    'None.',
  );
  tenants
    .command('add')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .description('create a tenant')
    .action((name: string, _: unknown, command: Command) => added(command, '/v1/tenants', { name }));

  const own = program
    .command('own-addresses')
    .description('addresses and domains that are ours: they fix role and direction of mail');
  type Own = { id: string; address?: string; domain?: string; found?: boolean };
  listCommand<Own>(
    own,
    '/v1/own-addresses',
    table(['id', 'address or domain', ''], ({ id, address, domain, found }) => [
      id,
      address ?? domain ?? '',
      found ? 'found by an import' : '',
    ]),
    'None: every import of mail looks for them.',
  );
  own
    .command('add')
    .argument('<address-or-domain>', 'bo@acme.example or acme.example')
    .description('add one')
    .action((text: string, _: unknown, command: Command) =>
      added(command, '/v1/own-addresses', text.includes('@') ? { address: text } : { domain: text }),
    );
  own
    .command('remove')
    .argument('<address-or-domain>', 'as listed, or its id')
    .description('remove one')
    .action(async (named: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const all = await Array.fromAsync(client.all<Own>('/v1/own-addresses'));
      const found = all.find(({ id, address, domain }) => [id, address, domain].includes(named.toLowerCase()));
      if (!found)
        throw new Error(`no own address is ${named}; \`throughline own-addresses list\` shows which there are`);
      const { id } = found;
      await client.ask(`/v1/own-addresses/${encodeURIComponent(id)}`, { method: 'DELETE' });
      print(options.json === true, { removed: id }, () => 'Removed.');
    });
};

const added = async (command: Command, path: string, json: object): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const response = await clientOf(options).send(path, { method: 'POST', json });
  print(options.json === true, await response.json(), () => (response.status === 201 ? 'Added.' : 'It was there already.')); // prettier-ignore
};

const statusInWords = ({ ready, tenant, head, checksum, counts, projections }: Status): string =>
  [
    `${ready ? 'Ready' : 'Not ready'} · the ledger ends at ${head}, the events of all tenants counted`,
    `tenant ${tenant}: ${Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(' · ')} · facts ${checksum}`,
    columns(
      ['projection', 'position', 'checksum'],
      projections.map(({ name, version, position, checksum: rows }) => [
        `${name} v${version}`,
        String(position),
        rows ?? '',
      ]),
    ),
  ].join('\n');
