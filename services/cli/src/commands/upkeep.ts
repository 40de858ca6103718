import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print, when } from '../output.ts';

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
  listCommand<{ name: string }>(tenants, '/v1/tenants', ['name'], ({ name }) => [name], 'None.');
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
    ['id', 'address or domain', ''],
    ({ id, address, domain, found }) => [id, address ?? domain ?? '', found ? 'found by an import' : ''],
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
    .argument('<id>', 'as listed')
    .description('remove one')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      await clientOf(options).ask(`/v1/own-addresses/${encodeURIComponent(id)}`, { method: 'DELETE' });
      print(options.json === true, { removed: id }, () => 'Removed.');
    });
};

const added = async (command: Command, path: string, json: object): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const answer = await clientOf(options).ask(path, { method: 'POST', json });
  print(options.json === true, answer, () => 'Added.');
};

/** A `list` subcommand over a paged address. */
export const listCommand = <Item>(
  parent: Command,
  path: string,
  head: readonly string[],
  row: (item: Item) => readonly string[],
  empty: string,
  all = (client: Client): AsyncIterable<Item> => client.all<Item>(path),
): void => {
  parent
    .command('list')
    .description('list them')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const items = await Array.fromAsync(all(clientOf(options)));
      print(options.json === true, { items }, () =>
        items.length === 0
          ? empty
          : columns(
              head,
              items.map((item) => row(item).map((cell) => brief(cell, 120))),
            ),
      );
    });
};

const statusInWords = ({ ready, tenant, head, checksum, counts, projections }: Status): string =>
  [
    `${ready ? 'Ready' : 'Not ready'} · tenant ${tenant} · head ${head} · facts ${checksum}`,
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(' · '),
    columns(
      ['projection', 'position', 'checksum'],
      projections.map(({ name, version, position, checksum: rows }) => [
        `${name} v${version}`,
        String(position),
        rows ?? '',
      ]),
    ),
  ].join('\n');

type Quarantined = { id: string; receivedAt: string; via: string; reason: string; size: number; attempts: number };
type Parked = { id: string; consumer: string; stream: string; position: number; error: string; since: string };

/** `throughline quarantine | parked` */
export const asideCommands = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description('what came in and could not be understood, with its bytes');
  listCommand<Quarantined>(
    quarantine,
    '/v1/quarantine',
    ['id', 'received', 'via', 'bytes', 'reason'],
    ({ id, receivedAt, via, size, reason }) => [id, when(receivedAt), via, String(size), reason],
    'Nothing is in quarantine.',
  );
  quarantine
    .command('show')
    .argument('<id>')
    .description('one, with its bytes')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const item = await clientOf(options).ask<Quarantined & { bytes: string }>(
        `/v1/quarantine/${encodeURIComponent(id)}`,
      );
      // Raw bytes go to a terminal only as base64 in --json; here control characters are shown as dots.
      const text = Buffer.from(item.bytes, 'base64')
        .toString('utf8')
        .replace(/[^\P{C}\n\t]/gu, '·');
      print(options.json === true, item, () => `${item.reason}\n\n${text}`);
    });
  retryCommand(quarantine, '/v1/quarantine');

  const parked = program
    .command('parked')
    .description('events that a projection could not apply, and the later ones of their streams');
  listCommand<Parked>(
    parked,
    '/v1/parked',
    ['id', 'consumer', 'position', 'since', 'error'],
    ({ id, consumer, position, since, error }) => [id, consumer, String(position), when(since), error],
    'Nothing is parked.',
  );
  retryCommand(parked, '/v1/parked');
  parked
    .command('drop')
    .argument('<id>')
    .description('give one up')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const answer = await clientOf(options).ask(`/v1/parked/${encodeURIComponent(id)}`, { method: 'DELETE' });
      print(options.json === true, answer ?? { dropped: id }, () => 'Dropped.');
    });
};

const retryCommand = (parent: Command, path: string): void => {
  parent
    .command('retry')
    .argument('[id]', 'one; without it, all')
    .description('try again')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const ids = id ? [id] : (await Array.fromAsync(client.all<{ id: string }>(path))).map((item) => item.id);
      const results: unknown[] = [];
      for (const one of ids)
        results.push(await client.ask(`${path}/${encodeURIComponent(one)}/retry`, { method: 'POST' }));
      print(
        options.json === true,
        { results },
        () => `${results.length} tried again: ${results.map((result) => JSON.stringify(result)).join('\n')}`,
      );
    });
};
