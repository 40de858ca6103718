import { type Command, Option } from 'commander';
import type { Client } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, when } from '../output.ts';
import { listCommand, table } from './list.ts';

type ApiKey = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
};
type Audited = {
  readonly at: string;
  readonly actor: string;
  readonly what: string;
  readonly count: number;
  readonly endedAt: string | null;
};

const path = '/v1/keys';
const roles = ['reader', 'agent', 'supervisor', 'analyst', 'operator', 'connector'];

const stateOf = ({ revokedAt, expiresAt }: ApiKey): string => {
  if (revokedAt !== null) return `revoked ${when(revokedAt)}`;
  return expiresAt === null ? 'for good' : `until ${when(expiresAt)}`;
};

const named = async (client: Client, name: string): Promise<ApiKey> => {
  for await (const one of client.all<ApiKey>(path)) if (one.name === name || one.id === name) return one;
  throw new Error(`no API key is called ${name}`);
};

/** `throughline keys | audit` */
export const keyCommands = (program: Command): void => {
  const keys = program.command('keys').description('API keys, for programs');
  listCommand<ApiKey>(
    keys,
    path,
    table(['name', 'roles', 'is good', 'last used'], (one) => [
      one.name,
      one.roles.join(' '),
      stateOf(one),
      one.lastUsedAt === null ? 'never' : when(one.lastUsedAt),
    ]),
    'None.',
  );
  addCommand(keys);
  keys
    .command('revoke')
    .argument('<name>', 'or its id')
    .description('revoke one for good')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const { id } = await named(client, name);
      await client.ask(`${path}/${id}`, { method: 'DELETE' });
      print(options.json === true, { revoked: id }, () => 'Revoked: within 5 s it is refused everywhere.');
    });
  listCommand<Audited>(
    program.command('audit').description('who opened in bulk what is sealed'),
    '/v1/audit',
    table(['at', 'who', 'what', 'how many', ''], ({ at, actor, what, count, endedAt }) => [
      when(at),
      actor,
      what,
      String(count),
      endedAt === null ? 'goes on, or was cut off' : '',
    ]),
    'None.',
  );
};

const addCommand = (keys: Command): void => {
  keys
    .command('add')
    .argument('<name>', 'its bearer is key:NAME in events')
    .addOption(new Option('--role <role...>', 'what it may').choices(roles).makeOptionMandatory())
    .option('--expires <instant>', 'such as 2027-01-01T00:00:00Z; else it is good until it is revoked')
    .option('--for <tenant>', 'the first key of another tenant')
    .description('make one; it is shown once')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { role: string[]; expires?: string; for?: string }>();
      const json = { name, roles: options.role, expiresAt: options.expires, tenant: options.for };
      const made = await clientOf(options).ask<ApiKey & { key: string }>(path, { method: 'POST', json });
      print(options.json === true, made, () => `${made.key}\nKeep it: it is not shown again.`);
    });
};
