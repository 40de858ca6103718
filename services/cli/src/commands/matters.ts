import { type Command, Option } from 'commander';
import { withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { print } from '../output.ts';
import { within } from '../within.ts';
import { does, type Matter, matterBy, matterInWords, mattersInWords, mattersPath } from './matter.ts';
import type { Written } from './people.ts';

/** `throughline matters` */
export const matterCommands = (program: Command): void => {
  const matters = program.command('matters').description('what customers want solved, and who has it');
  listCommand(matters);
  apartCommands(matters);
  matters
    .command('show')
    .argument('<matter>', 'its id')
    .description('one, with its conversations (`routing explain` says why it is where it is)')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const [matter] = await withGists(client, [await matterBy(client, id)]);
      const { customer, conversations = [] } = matter!;
      const about = conversations.map((one) => ({ ...one, customer, conversation: one.id }));
      const told = options.json ? [] : await withGists(client, about);
      print(options.json === true, matter, () => matterInWords(matter!, told));
    });
  matters
    .command('assign')
    .alias('hand-on')
    .argument('<matter>', 'its id')
    .argument('[agent]', 'a handle, or an id')
    .option('--team <team>', 'into the queue of a team instead')
    .option('--note <words>', 'a word for who takes it over')
    .description('give it to an agent, or into a queue; whoever had it hands it on')
    .action(
      (id: string, agent: string | undefined, { team, note }: { team?: string; note?: string }, command: Command) => {
        if (agent !== undefined && team !== undefined)
          command.error('error: name an agent, or a team with --team, not both');
        if (agent === undefined && team === undefined) command.error('error: name an agent, or a team with --team');
        return does(id, 'assign', { agent, team, note }, command);
      },
    );
  matters
    .command('close')
    .argument('<matter>', 'its id')
    .option('--outcome <word>', 'such as resolved; kept in clear, so nothing personal')
    .description('say that it is solved; what the customer says later opens it again')
    .action((id: string, { outcome }: { outcome?: string }, command: Command) =>
      does(id, 'close', { outcome }, command),
    );
};

type Listing = Global & Partial<Record<'state' | 'agent' | 'team' | 'customer', string>> & { readonly limit: number };

const listCommand = (matters: Command): void => {
  matters
    .command('list')
    .addOption(
      new Option('--state <state>', 'only those')
        .choices(['open', 'all', 'queued', 'offered', 'owned', 'closed'])
        .default('open'),
    )
    .option('--agent <agent>', 'those of an agent: a handle, or an id')
    .option('--team <team>', 'those of a team')
    .option('--customer <handle>', 'those of a customer')
    .option('--limit <count>', 'so many at most', within(1, 1_000_000, 'matters'), 200)
    .description('list them, in the order in which they began')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Listing>();
      const { state, agent, team, customer, limit } = options;
      const client = clientOf(options);
      const found: Matter[] = [];
      for await (const one of client.all<Matter>(mattersPath, { state, agent, team, customer })) {
        if (found.length >= limit) break;
        found.push(one);
      }
      const items = await withGists(client, found);
      print(options.json === true, { items }, () => (items.length === 0 ? 'There is none.' : mattersInWords(items)));
    });
};

const asMatter = 'its id, as `matters list` shows it';

const apartCommands = (matters: Command): void => {
  matters
    .command('split')
    .argument('<matter>', asMatter)
    .argument('<conversation>', 'the id of one of its conversations, as `matters show` lists them')
    .description('make a matter of its own of one of its conversations')
    .action(async (id: string, conversation: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const path = `${mattersPath}/${encodeURIComponent(id)}/split`;
      const asked = { method: 'POST', json: { conversation } } as const;
      const split = await clientOf(options).ask<Written & { matter: string }>(path, asked);
      // Who has it is decided in a moment.
      print(options.json === true, split, () => `It is a matter of its own now: ${split.matter}`);
    });
  matters
    .command('join')
    .argument('<matter>', asMatter)
    .argument('<into>', 'the matter that it is one with')
    .description('put all its conversations into another matter, which is shown')
    .action((id: string, into: string, _: unknown, command: Command) => does(id, 'join', { into }, command, into));
  matters
    .command('wait')
    .argument('<matter>', asMatter)
    .description('say that it waits for the customer: no time of ours passes until they write')
    .action((id: string, _: unknown, command: Command) => does(id, 'wait', undefined, command));
};
