import type { Command } from 'commander';
import { clientOf, type Global } from '../global.ts';
import { print } from '../output.ts';
import { Refused } from '../refused.ts';
import { customerBy } from './customers.ts';
import { addedInWords, asHandle, type Made, seen, type Written } from './people.ts';

/** `throughline owners | links` */
export const ownerCommands = (program: Command): void => {
  const owners = program.command('owners').description('who is responsible for customers');
  owners
    .command('set')
    .argument('<handle>', asHandle)
    .argument('<owner>', 'who is responsible from now on, such as email:bo@acme.example')
    .option('--name <name>', 'that person’s name; needed for who is no agent')
    .description('make somebody responsible for a customer')
    .action(async (handle: string, owner: string, { name }: { name?: string }, command: Command) => {
      if (name === undefined) await mustBeAgent(command, owner);
      await assign(handle, { owner, name }, `${owner} is responsible.`, command);
    });
  owners
    .command('clear')
    .argument('<handle>', asHandle)
    .description('make nobody responsible for a customer')
    .action((handle: string, _: unknown, command: Command) =>
      assign(handle, { owner: null }, 'Nobody is responsible.', command),
    );
  linkCommands(program);
};

// Who is responsible may be no agent, and has what is open all the same: a handle typed wrongly would have it.
const mustBeAgent = async (command: Command, owner: string): Promise<void> => {
  const client = clientOf(command.optsWithGlobals<Global>());
  const query = { agent: owner };
  const { items } = await client.ask<{ items: object[] }>('/v1/agents', { query, typed: { '/agent': '/owner' } });
  if (items.length > 0) return;
  const detail = 'No agent has this handle: add them first, or say with --name who they are.';
  throw new Refused(422, { code: 'InvalidBody', detail, errors: [{ pointer: '/owner', reason: 'names no agent' }] });
};

const assign = async (handle: string, json: object, said: string, command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const client = clientOf(options);
  const path = `/v1/customers/${await customerBy(client, handle)}`;
  const written = await client.ask<Written>(`${path}/owner`, { method: 'POST', json });
  await seen(client, `${path}/timeline`, written);
  print(options.json === true, written, () => said);
};

const linkCommands = (program: Command): void => {
  const links = program.command('links').description('which handles are the same customer, said by hand');
  links
    .command('add')
    .argument('<handle>', asHandle)
    .argument('<other>', 'another handle of the same customer, such as tel:+14155550100')
    .description('say that two handles are the same customer')
    .action(async (handle: string, other: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const path = `/v1/customers/${await customerBy(client, handle)}/links`;
      const made = await client.ask<Made>(path, {
        method: 'POST',
        json: { handle: other },
        typed: { '/handle': '/other' },
      });
      await seen(client, '/v1/customers', made);
      print(options.json === true, made, () => addedInWords(made));
    });
  links
    .command('remove')
    .argument('<handle>', asHandle)
    .argument('<link>', 'its id, as `links add` said it')
    .option('--reason <words>', 'why they are not the same')
    .description('say that two handles are not the same customer: what was before is there again')
    .action(async (handle: string, link: string, { reason }: { reason?: string }, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const path = `/v1/customers/${await customerBy(client, handle)}/links/${encodeURIComponent(link)}`;
      const json = reason === undefined ? undefined : { reason };
      const written = await client.ask<Written>(path, { method: 'DELETE', json });
      await seen(client, '/v1/customers', written);
      print(options.json === true, { removed: link, ...written }, () => 'Removed.');
    });
};
