import { type Command, Option } from 'commander';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { listed, print, when } from '../output.ts';
import { type When, whenOptions, whenQuery } from '../when.ts';
import { customerBy } from './customers.ts';
import { asHandle, nameOf, type Person, type Written } from './people.ts';

/** Where the answers are that are due. */
export const promisesPath = '/v1/promises';

export type Promised = {
  readonly id: string;
  readonly matter: string;
  readonly customer: string;
  readonly conversation: string;
  readonly target: string;
  readonly state: 'open' | 'paused' | 'met' | 'ended';
  readonly breached: boolean;
  readonly dueAt?: string;
  readonly met?: { readonly at: string };
  readonly agent?: Person;
  readonly team?: string;
};

/** What people promise and end: `throughline promises | sessions`. */
export const keepingCommands = (program: Command): void => {
  promiseCommands(program);
  sessionCommands(program);
};

const hasIt = ({ agent, team }: Promised): string | undefined =>
  agent ? nameOf(agent) : team && `the queue of ${team}`;

const promisesInWords = (items: readonly Told<Promised>[]): string =>
  listed(
    items.map((one) => {
      const { matter, target, dueAt, state, breached, met, gist } = one;
      const stands = [state, met && when(met.at), breached && 'too late'].filter(Boolean).join(', ');
      return {
        id: matter,
        about: gistInWords(gist),
        facts: [target, dueAt && `due ${when(dueAt)}`, stands, hasIt(one)],
      };
    }),
  );

const shown = async (options: Global, found: AsyncIterable<Promised>): Promise<readonly Told<Promised>[]> => {
  const items = await withGists(clientOf(options), await Array.fromAsync(found));
  print(options.json === true, { items }, () => (items.length === 0 ? 'There is none.' : promisesInWords(items)));
  return items;
};

const promiseCommands = (program: Command): void => {
  const promises = program.command('promises').description('the answers that customers were promised');
  dueCommand(promises);
  whenOptions(promises.command('list'))
    .argument('<handle>', asHandle)
    .addOption(new Option('--state <state>', 'only those').choices(['open', 'all']).default('open'))
    .description('list those of a customer, with who has the matter')
    .action(async (handle: string, { state }: { state: string }, command: Command) => {
      const options = command.optsWithGlobals<Global & When>();
      const client = clientOf(options);
      const path = `/v1/customers/${await customerBy(client, handle, options)}/promises`;
      await shown(options, client.all<Promised>(path, { state, ...whenQuery(options) }));
    });
};

const dueCommand = (promises: Command): void => {
  promises
    .command('due')
    .option('--late', 'only those that are late by now')
    .description('list the answers that are due, of all customers, the first that is due first')
    .action(async ({ late }: { late?: boolean }, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const items = await shown(options, clientOf(options).all<Promised>(promisesPath, late ? { late: 'only' } : {}));
      if (items.some(({ breached }) => breached)) process.exitCode = exit.needsALook;
    });
};

const sessionCommands = (program: Command): void => {
  program
    .command('sessions')
    .description('what goes on in conversations')
    .command('end')
    .argument('<conversation>', 'its id, as `matters show` lists it')
    .option('--outcome <word>', 'such as resolved; kept in clear, so nothing personal')
    .description('say that it is over, or how it ended')
    .action(async (id: string, { outcome }: { outcome?: string }, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const path = `/v1/conversations/${encodeURIComponent(id)}/end`;
      const written = await clientOf(options).ask<Written>(path, { method: 'POST', json: { outcome } });
      print(options.json === true, written, () => 'It is over.');
    });
};
