import { stdin } from 'node:process';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { jsonOf, textOf } from '../file.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print, when } from '../output.ts';
import { goesOn, yesOption } from '../sure.ts';

/** A connection as `/v1/connections` answers it. */
export type Connection = {
  readonly id: string;
  readonly name: string;
  readonly crm: string;
  readonly url: string;
  readonly state: 'active' | 'paused';
  readonly reason?: string;
  readonly detail?: string;
  readonly failing?: { readonly since: string; readonly reason: string; readonly waiting: number };
};

type Findings = { readonly ok: boolean; readonly findings: readonly { what: string; ok: boolean; detail?: string }[] };
type Kind = {
  readonly crm: string;
  readonly title: string;
  readonly once: string;
  readonly secret: string;
  readonly writes: Record<string, string>;
};

export const connectionsPath = '/v1/connections';
const path = connectionsPath;

// From a file or standard input: an argument would stand in the shell's history and in the list of processes.
const secretFrom = async (file: string): Promise<string> => {
  const secret = (file === '-' ? await text(stdin) : await textOf(file)).trim();
  if (secret === '') throw new Error(`there is no secret in ${file === '-' ? 'standard input' : file}`);
  return secret;
};

const named = async (client: Client, name: string): Promise<Connection> => {
  for await (const one of client.all<Connection>(path)) if (one.name === name || one.id === name) return one;
  throw new Error(`no connection is called ${name}`);
};

/** Why it paused by itself; or that it fails now, since when and why, and what waits. */
export const whyOf = ({ reason, detail, failing }: Connection): string =>
  failing
    ? `fails since ${when(failing.since)}: ${failing.reason}; ${failing.waiting} to be written`
    : [reason, detail].filter(Boolean).join(': ');

/** Whether somebody has to look at it. */
export const isIll = ({ reason, failing }: Connection): boolean => reason !== undefined || failing !== undefined;

const line = (one: Connection): string[] => [one.name, one.crm, one.state, one.url, whyOf(one)];

const shown = (options: Global, connection: Connection, said: string): void => {
  print(options.json === true, connection, () => `${connection.name} ${said}.`);
  if (connection.state === 'paused' && connection.reason !== undefined) process.exitCode = exit.needsALook;
};

/** `throughline connections` */
export const connectionCommands = (program: Command): void => {
  const connections = program.command('connections').description('the CRMs that conversations are written back to');
  addCommand(connections);
  listCommands(connections);
  testCommand(connections);
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

type Adding = Global & { crm: string; at?: string; secretFile: string; settings?: string; allowPrivate?: boolean };

const secretHelp = `
The secret of each kind (\`connections kinds\` says it as well):
  hubspot         the access token of a private app (pat-…)
  customermates   an API key
  http            a signing key: whsec_ and 24 to 64 bytes in base64;
                  a token with "secretIs": "bearer-token" or {"header": "X-Key"} in the settings
`;

const addCommand = (connections: Command): void => {
  connections
    .command('add')
    .argument('<name>', 'what to call it')
    .requiredOption('--crm <kind>', 'a kind that `connections kinds` lists')
    .requiredOption('--secret-file <file>', 'where the secret is; - for standard input')
    .option('--at <url>', 'where the CRM is, if it is not always at one place')
    .option('--settings <file>', 'JSON: what this kind of CRM lets one set')
    .option('--allow-private', 'it may be on this machine or in a private network, and without TLS')
    .description('connect a CRM: what ends from now on is written back to it')
    .addHelpText('after', secretHelp)
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Adding>();
      const settings = options.settings && (await jsonOf(options.settings));
      const json = {
        name,
        crm: options.crm,
        secret: await secretFrom(options.secretFile),
        ...(options.at !== undefined && { url: options.at }),
        ...(options.settings !== undefined && { settings }),
        ...(options.allowPrivate && { allowPrivate: true }),
      };
      const client = clientOf(options);
      const added = await client.ask<Connection>(path, { method: 'POST', json });
      const found = await client.ask<Findings>(`${path}/${added.id}/test`, { method: 'POST', json: {} });
      print(options.json === true, { ...added, test: found }, () => `${name} is connected.\n${inWords(found)}`);
      if (!found.ok) process.exitCode = exit.needsALook;
    });
};

const listCommands = (connections: Command): void => {
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
  connections
    .command('kinds')
    .description('the kinds of CRM, and what each can do')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const kinds = await clientOf(options).ask<{ items: Kind[] }>('/v1/crms');
      const rows = kinds.items.map(({ crm, title, once, secret, writes }) => [
        crm,
        title,
        once,
        secret,
        Object.values(writes).join('; '),
      ]);
      print(options.json === true, kinds, () => columns(['crm', '', 'once by', 'secret', 'writes'], rows));
    });
};

const testCommand = (connections: Command): void => {
  connections
    .command('test')
    .argument('<name>', 'its name or id')
    .option('--prepare', 'make in the CRM what is missing, as far as it can be made')
    .description('look at what can be told of the CRM without writing to it')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { prepare?: boolean }>();
      const client = clientOf(options);
      const { id } = await named(client, name);
      const json = { prepare: options.prepare === true };
      const found = await client.ask<Findings>(`${path}/${id}/test`, { method: 'POST', json });
      print(options.json === true, found, () => inWords(found));
      if (!found.ok) process.exitCode = exit.needsALook;
    });
};

const inWords = ({ findings }: Findings): string =>
  findings
    .map(({ what, ok, detail }) => brief(`${ok ? 'ok' : 'NO'} ${what}${detail ? `: ${detail}` : ''}`, 300))
    .join('\n');
