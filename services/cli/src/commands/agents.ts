import { Argument, type Command } from 'commander';
import type { Client } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, print } from '../output.ts';
import { within } from '../within.ts';
import { nameOf, type Person, seen, type Written } from './people.ts';

type Agent = Person & {
  readonly teams: readonly string[];
  readonly skills?: readonly string[];
  readonly languages?: readonly string[];
  readonly channels?: readonly string[];
  readonly capacity: number;
  readonly presence: string;
  readonly turns: number;
  readonly matters: number;
};

const path = '/v1/agents';
const presences = ['available', 'busy', 'away', 'offline'];

const agentBy = async (client: Client, agent: string, minPosition?: number): Promise<Agent> => {
  const { items } = await client.ask<{ items: Agent[] }>(path, { query: { agent, minPosition } });
  if (!items[0]) throw new Error(`no agent is ${agent}; \`throughline agents list\` shows who there is`);
  return items[0];
};

const onlyFor = ({ skills, languages, channels }: Agent): string =>
  [channels, languages, skills]
    .filter((one) => one !== undefined)
    .map((one) => one.join(', '))
    .join(' · ') || 'everything';

const head = ['agent', 'presence', 'teams', 'for', 'turns', 'matters'];
const row = (agent: Agent): string[] => [
  brief(nameOf(agent), 60),
  agent.presence,
  brief(agent.teams.join(', ') || 'none', 40),
  brief(onlyFor(agent), 40),
  `${agent.turns} of ${agent.capacity}`,
  String(agent.matters),
];

const shown = (options: Global, items: readonly Agent[]): string => columns(head, items.map(row));

/** `throughline agents` */
export const agentCommands = (program: Command): void => {
  const agents = program.command('agents').description('who takes what waits in the queues of teams');
  addCommand(agents);
  agents
    .command('list')
    .option('--team <team>', 'those of a team')
    .description('list them, with what they have now')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { team?: string }>();
      const items = await Array.fromAsync(clientOf(options).all<Agent>(path, { team: options.team }));
      print(options.json === true, { items }, () =>
        items.length === 0
          ? 'There is nobody. Add somebody: throughline agents add HANDLE --team TEAM'
          : shown(options, items),
      );
    });
  agents
    .command('remove')
    .argument('<agent>', 'a handle, or an id')
    .description('they are no longer here: all that they have is handed on')
    .action(async (agent: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const { id, matters } = await agentBy(client, agent);
      const written = await client.ask<Written>(`${path}/${id}`, { method: 'DELETE' });
      await seen(client, path, written);
      const handed = matters === 1 ? '1 matter is handed on' : `${matters} matters are handed on`;
      print(options.json === true, { removed: id, matters, ...written }, () => `${agent} is gone; ${handed}.`);
    });
  presenceCommand(agents);
  capacityCommand(agents);
};

/** Says one thing of an agent, and shows them as they are then. */
const tell = async (agent: string, what: object, command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const client = clientOf(options);
  const { id } = await agentBy(client, agent);
  const [name] = Object.keys(what);
  const { position } = await client.ask<Written>(`${path}/${id}/${name}`, { method: 'PUT', json: what });
  const now = await agentBy(client, id, position);
  print(options.json === true, now, () => shown(options, [now]));
};

const presenceCommand = (agents: Command): void => {
  agents
    .command('presence')
    .argument('<agent>', 'a handle, or an id')
    .addArgument(new Argument('<presence>', 'whether they take turns now').choices(presences))
    .description('say whether somebody is there; only who is available is given something')
    .action((agent: string, presence: string, _: unknown, command: Command) => tell(agent, { presence }, command));
};

const turns = within(0, 10_000, 'turns');

const capacityCommand = (agents: Command): void => {
  agents
    .command('capacity')
    .argument('<agent>', 'a handle, or an id')
    .addArgument(new Argument('<turns>', 'how many at a time, over all teams').argParser(turns))
    .description('say how much somebody takes')
    .action((agent: string, capacity: number, _: unknown, command: Command) => tell(agent, { capacity }, command));
};

type Adding = Global & {
  readonly name?: string;
  readonly team?: string[];
  readonly skill?: string[];
  readonly language?: string[];
  readonly channel?: string[];
  readonly capacity?: number;
  readonly available?: boolean;
};

const addCommand = (agents: Command): void => {
  agents
    .command('add')
    .argument('<handle>', 'such as email:bo@acme.example')
    .option('--name <name>', 'as people call them')
    .option('--team <team...>', 'whose turns they take')
    .option('--skill <skill...>', 'takes only what asks for these')
    .option('--language <language...>', 'takes only these languages')
    .option('--channel <channel...>', 'takes only these channels')
    .option('--capacity <turns>', 'how many at a time: 10 unless said', turns)
    .option('--available', 'they are there; without it, they are offline until they say so')
    .description('add somebody, or say anew all that holds of them')
    .action(async (handle: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Adding>();
      const { name, team, skill, language, channel, capacity } = options;
      const client = clientOf(options);
      const json = { handle, name, teams: team, skills: skill, languages: language, channels: channel, capacity };
      const added = await client.ask<Written & { id: string }>(path, { method: 'POST', json });
      const of = `${path}/${added.id}/presence`;
      const { position } = options.available
        ? await client.ask<Written>(of, { method: 'PUT', json: { presence: 'available' } })
        : added;
      const now = await agentBy(client, added.id, position);
      print(options.json === true, now, () => shown(options, [now]));
    });
};
