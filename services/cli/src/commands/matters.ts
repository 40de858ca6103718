import { type Command, Option } from 'commander';
import type { Client } from '../client.ts';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, listed, print, when } from '../output.ts';
import { within } from '../within.ts';
import { nameOf, type Person, type Written } from './people.ts';

type Conversation = { readonly id: string; readonly channel?: string; readonly lastAt?: string };

/** A matter as `/v1/matters` answers it. */
export type Matter = {
  readonly id: string;
  readonly state: 'queued' | 'offered' | 'owned' | 'closed';
  readonly customer: string;
  readonly conversation?: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly agent?: Person;
  readonly team?: string;
  readonly until?: string;
  readonly fallback?: Person;
  readonly since: string;
  readonly at: string;
  readonly rule?: string;
  readonly outcome?: string;
  readonly conversations?: readonly Conversation[];
};

export const mattersPath = '/v1/matters';
const at = (id: string): string => `${mattersPath}/${encodeURIComponent(id)}`;

/** What the customer asked, in a few words. */
export const askedFor = ({ asked: { channel, kind, intent, topic, priority, severity } }: Matter): string =>
  [channel, kind, intent ?? topic, severity && `severity ${severity}`, priority !== 'normal' && priority]
    .filter(Boolean)
    .join(', ');

/** Who has it, or where it waits, and until when. */
export const whereIs = ({ state, agent, team, until, fallback, outcome }: Matter): string => {
  const limit = until === undefined ? '' : ` until ${when(until)}`;
  switch (state) {
    case 'queued':
      return `waits in ${team}${limit}${fallback ? `, then ${nameOf(fallback)} has it` : ''}`;
    case 'offered':
      return `offered to ${agent ? nameOf(agent) : 'somebody'}${limit}`;
    case 'owned':
      return agent ? nameOf(agent) : 'somebody';
    case 'closed':
      return `closed${outcome === undefined ? '' : `: ${outcome}`}`;
  }
};

/** Matters as a list: whose each is and what it is about, who has it, since when it is there. */
export const mattersInWords = (items: readonly Told<Matter>[]): string =>
  listed(
    items.map((one) => ({
      id: one.id,
      about: gistInWords(one.gist),
      facts: [askedFor(one), `since ${when(one.since)}`, whereIs(one)],
    })),
  );

/** One matter as it is, at a position or later. */
export const matterBy = (client: Client, id: string, minPosition?: number): Promise<Matter> =>
  client.ask<Matter>(at(id), { query: { minPosition } });

/** Does something about one matter, and shows it as it is then. */
export const does = async (id: string, verb: string, json: object, command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const client = clientOf(options);
  const { position } = await client.ask<Written>(`${at(id)}/${verb}`, { method: 'POST', json });
  const matters = await withGists(client, [await matterBy(client, id, position)]);
  print(options.json === true, matters[0], () => mattersInWords(matters));
};

/** `throughline matters` */
export const matterCommands = (program: Command): void => {
  const matters = program.command('matters').description('what customers want solved, and who has it');
  listCommand(matters);
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
    .argument('<matter>', 'its id')
    .argument('[agent]', 'a handle, or an id')
    .option('--team <team>', 'into the queue of a team instead')
    .option('--note <words>', 'a word for who takes it over')
    .description('give it to an agent, or into a queue; whoever had it hands it on')
    .action(
      (id: string, agent: string | undefined, { team, note }: { team?: string; note?: string }, command: Command) => {
        if ((agent === undefined) === (team === undefined))
          command.error('error: name an agent, or a team with --team');
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

const matterInWords = (matter: Told<Matter>, conversations: readonly Told<Conversation>[]): string => {
  const rows = [
    ['matter', matter.id],
    ['about', gistInWords(matter.gist)],
    ['state', matter.state],
    ['with', whereIs(matter)],
    ['because of', matter.rule ?? ''],
    ['asked', askedFor(matter)],
    ['customer', matter.customer],
    ['since', when(matter.since)],
    ['there since', when(matter.at)],
    ...conversations.map(({ id, channel, lastAt, gist }, nth) => [
      nth === 0 ? 'conversations' : '',
      [id, channel, lastAt && `last ${when(lastAt)}`, gist.words].filter(Boolean).join(' · '),
    ]),
  ];
  return columns(['', ''], rows).trimStart();
};
