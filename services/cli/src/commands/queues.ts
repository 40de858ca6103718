import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, print, when } from '../output.ts';
import { type When, whenOptions, whenQuery } from '../when.ts';
import { does, type Matter, mattersTable } from './matters.ts';
import { type Team, teamsPath } from './teams.ts';

const at = (team: string): string => `/v1/queues/${encodeURIComponent(team)}`;

// It is always there, whether it is defined or not.
const last = 'default';

type Queue = Pick<Team, 'team' | 'waiting' | 'waitingSince'> & Partial<Pick<Team, 'available' | 'agents'>>;

const queuesOf = async (client: Client): Promise<Queue[]> => {
  const teams = await Array.fromAsync(client.all<Team>(teamsPath));
  const queues = teams.map(({ team, waiting, waitingSince, available, agents }): Queue => ({
    team,
    waiting,
    waitingSince,
    available,
    agents,
  }));
  if (queues.some(({ team }) => team === last)) return queues;
  const there = await Array.fromAsync(client.all<Matter>(at(last)));
  const [waitingSince] = there.map((one) => one.at).toSorted();
  return [...queues, { team: last, waiting: there.length, waitingSince }];
};

/** `throughline queues` */
export const queueCommands = (program: Command): void => {
  const queues = program.command('queues').description('what waits for somebody to take it');
  listCommand(queues);
  queues
    .command('next')
    .argument('<team>', 'whose queue')
    .argument('<agent>', 'who takes it: a handle, or an id')
    .description('take the next one that is for this agent')
    .action(async (team: string, agent: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const json = { agent };
      const answer = await clientOf(options).ask<{ matter: Matter | null }>(`${at(team)}/next`, {
        method: 'POST',
        json,
      });
      print(options.json === true, answer, () =>
        answer.matter ? mattersTable([answer.matter]) : `Nothing waits in ${team} for ${agent}.`,
      );
    });
  for (const [verb, about] of [
    ['accept', 'take what is offered'],
    ['decline', 'leave what is offered to somebody else'],
  ] as const)
    queues
      .command(verb)
      .argument('<matter>', 'its id')
      .argument('<agent>', 'to whom it is offered: a handle, or an id')
      .description(about)
      .action((id: string, agent: string, _: unknown, command: Command) => does(id, verb, { agent }, command));
};

const isLate = ({ until }: Matter): boolean => until !== undefined && Date.parse(until) < Date.now();

const listCommand = (queues: Command): void => {
  whenOptions(queues.command('list'))
    .argument('[team]', 'what waits in its queue; without it, the queues')
    .description('list what waits, the most urgent first; or the queues')
    .action(async (team: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & When>();
      const client = clientOf(options);
      const isThen = (options.asOf ?? options.recordedAsOf) !== undefined;
      if (team === undefined) {
        if (isThen) command.error('error: name the team whose queue you ask about at another moment');

        const items = await queuesOf(client);
        const rows = items.map(({ team: name, waiting, waitingSince, available, agents }) => [
          name,
          String(waiting),
          waitingSince === undefined ? '' : when(waitingSince),
          agents === undefined ? '' : `${available} of ${agents}`,
        ]);
        return print(options.json === true, { items }, () =>
          columns(['queue', 'waiting', 'since', 'agents there'], rows),
        );
      }
      const items = await Array.fromAsync(client.all<Matter>(at(team), whenQuery(options)));
      print(options.json === true, { items }, () =>
        items.length === 0 ? `Nothing waits in ${team}.` : mattersTable(items),
      );
      // Its time is over and nobody is there to have it.
      if (!isThen && items.some(isLate)) process.exitCode = exit.needsALook;
    });
};
