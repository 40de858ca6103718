import { stdin } from 'node:process';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { exit } from '../client.ts';
import { jsonOf, textOf } from '../file.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, described, print } from '../output.ts';
import { asTyped } from '../typed.ts';
import { type Connection, connectionsPath, named } from './connection.ts';

type Findings = { readonly ok: boolean; readonly findings: readonly { what: string; ok: boolean; detail?: string }[] };
type Kind = {
  readonly crm: string;
  readonly title: string;
  readonly url?: string;
  readonly once: string;
  readonly secret: string;
  readonly writes: Record<string, string>;
};

const path = connectionsPath;

/** A secret, from a file or standard input: an argument would stand in the shell's history and in the list of processes. */
export const secretFrom = async (file: string): Promise<string> => {
  const secret = (file === '-' ? await text(stdin) : await textOf(file)).trim();
  if (secret === '') throw new Error(`there is no secret in ${file === '-' ? 'standard input' : file}`);
  return secret;
};

/** `throughline connections add | kinds | test` */
export const crmCommands = (connections: Command): void => {
  addCommand(connections);
  kindsCommand(connections);
  testCommand(connections);
};

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
      print(options.json === true, { ...added, test: found }, () =>
        asTyped(command, `${addedInWords(name, found)}\n${inWords(found)}`),
      );
      if (!found.ok) process.exitCode = exit.needsALook;
    });
};

const addedInWords = (name: string, { ok }: Findings): string =>
  ok
    ? `${name} is connected.`
    : `${name} is added, and not all is well yet: set right what says NO, then \`throughline connections test ${name}\`.`;

const kindsCommand = (connections: Command): void => {
  connections
    .command('kinds')
    .description('the kinds of CRM, and what each can do')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const kinds = await clientOf(options).ask<{ items: Kind[] }>('/v1/crms');
      print(options.json === true, kinds, () => kinds.items.map(kindInWords).join('\n\n'));
    });
};

const kindInWords = ({ crm, title, url, once, secret, writes }: Kind): string =>
  described(`${crm} (${title})`, [
    ['at', url ?? 'wherever --at says'],
    ['secret', secret],
    [
      'writes',
      Object.entries(writes)
        .map(([record, as]) => `${record}: ${as}`)
        .join('; '),
    ],
    ['once by', once],
  ]);

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
